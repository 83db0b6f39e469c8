"""The file of a registry: read as values, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError
from persona_sdk.models.adapters_home import FORMAT, REGISTRY, VERSION, registry_content
from persona_sdk.store.export import replacing
from persona_sdk.training.registry_values import Entry, Event


@dataclass(slots=True)
class Content:
    """What the file holds; a change makes new tuples."""

    entries: tuple[Entry, ...]
    history: tuple[Event, ...]

    def change(self, key: str, **changes: Any) -> None:
        """Change fields of the entry of an id; without such an entry nothing happens."""
        self.entries = tuple(replace(e, **changes) if e.id == key else e for e in self.entries)


def read_content(folder: Path) -> Content:
    """Read the registry of a folder, empty where there is none.

    Raises:
        AdapterError: The file is broken or of another version.
    """
    found = registry_content(folder)
    try:
        return Content(
            tuple(Entry(**row) for row in found["adapters"]),
            tuple(Event(**row) for row in found["history"]),
        )
    except (KeyError, TypeError) as error:
        raise AdapterError(
            f"{folder / REGISTRY} is broken ({error}): restore it, or move it away"
        ) from error


def write_content(content: Content, folder: Path) -> None:
    """Write the registry of a folder.

    Raises:
        StoreError: The file cannot be written; what stood there before is untouched.
    """
    rows = {
        "format": FORMAT,
        "version": VERSION,
        "adapters": [asdict(entry) for entry in content.entries],
        "history": [asdict(event) for event in content.history],
    }
    write_json(rows, folder / REGISTRY)


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write one JSON object, whole or not at all.

    Raises:
        StoreError: The file cannot be written.
    """
    with replacing(path) as file:
        json.dump(value, file, indent=2, ensure_ascii=False, allow_nan=False)
        file.write("\n")
