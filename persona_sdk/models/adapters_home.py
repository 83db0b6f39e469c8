"""Where installed adapters lie, and the file that a name stands for.

`persona_sdk.training.registry` writes the folder; models only look a name up, and load nothing
else for it.

```
adapters/registry.json        what there is, what is active, and what happened
adapters/ID/adapter.gguf      one folder for each file, with its training and its gate
```
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError
from persona_sdk.home import data_folder, user_path

REGISTRY, ADAPTER = "registry.json", "adapter.gguf"
"""Names of the two files above."""

FORMAT, VERSION = "faithful-persona adapters", 1


def adapters_home() -> Path:
    """Return `$PERSONA_ADAPTERS`, else the folder `adapters` where sessions are kept as well.

    Raises:
        StoreError: Nobody has the name that the variable begins with.
    """
    if named := os.environ.get("PERSONA_ADAPTERS"):
        return user_path(named)
    return data_folder() / "adapters"


def registry_content(folder: Path) -> dict[str, Any]:
    """Return what the registry of a folder holds; an empty registry where there is no file.

    Raises:
        AdapterError: The file cannot be read, is broken, or is of another version.
    """
    path = folder / REGISTRY
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"format": FORMAT, "version": VERSION, "adapters": [], "history": []}
    except (OSError, ValueError) as error:
        raise AdapterError(
            f"{path} cannot be read ({error}): restore it, or move it away"
        ) from error
    head = (found.get("format"), found.get("version")) if isinstance(found, dict) else None
    if head != (FORMAT, VERSION):
        raise AdapterError(
            f"{path} is no registry of version {VERSION}: update this package, or move it away"
        )
    return dict(found)


def adapter_named(name: str, folder: Path | None = None) -> Path | None:
    """Return the file of an adapter: the active one of that name, or the one with that id.

    An adapter that is active for all characters goes before one for a single character.

    Args:
        name: Of the adapter, or its id.
        folder: Of the registry; None is `adapters_home()`.

    Returns:
        The file, which is not looked at; None where nothing is called so.

    Raises:
        AdapterError: The registry is broken, or the name stands for several, on other bases or for
            other characters.
    """
    home = folder or adapters_home()
    content = registry_content(home)
    try:
        rows = content["adapters"]
        active = [row for row in rows if row["name"] == name and row["state"] == "active"]
        found = [row for row in active if not row["persona"]] or active
        if len(found) > 1:
            ids = ", ".join(row["id"] for row in found)
            raise AdapterError(f"{name!r} stands for several active adapters: name one of {ids}")
        found = found or [row for row in rows if row["id"] == name]
        return home / found[0]["id"] / ADAPTER if found else None
    except (KeyError, TypeError) as error:
        raise AdapterError(
            f"{home / REGISTRY} is broken ({error!r}): restore it, or move it away"
        ) from error
