"""The ledger of a loop, `loop.json`: which steps are done, from what, and what they came to.

```
{"format": "faithful-persona loop", "version": 1, "steps": {"drafts": {"key": "3f…",
 "state": "done", "files": {"candidates.jsonl": "9a…"}, "figures": {…}, "seconds": 71.2}, …}}
```

The key of a step is the digest of all that decides it: its options and the files that it reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from persona_sdk.errors import StoreError
from persona_sdk.store.export import replacing

FILE = "loop.json"
"""Name of the ledger in the folder of a loop."""

FORMAT, VERSION = "faithful-persona loop", 1

Figures = dict[str, Any]
"""What a step came to, as JSON values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one step."""

    key: str
    state: Literal["begun", "done"]
    files: Mapping[str, str] = field(default_factory=dict)
    """Digests of what it made, by their names in its folder."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    """Wall-clock seconds of the run that finished it."""


class Ledger:
    """The entries of one loop; every change is on the disk when a method returns.

    Args:
        folder: Of the loop; it must exist.

    Raises:
        StoreError: The ledger cannot be read, or is of another version.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._entries = _read(self._path)

    def entry(self, step: str) -> Entry | None:
        """Return what is known of a step; None if it never began."""
        return self._entries.get(step)

    def note(self, step: str, entry: Entry) -> None:
        """Write down how a step stands.

        Raises:
            StoreError: The ledger cannot be written.
        """
        self._entries[step] = entry
        document = {
            "format": FORMAT,
            "version": VERSION,
            "steps": {name: asdict(found) for name, found in self._entries.items()},
        }
        with replacing(self._path) as file:
            json.dump(document, file, indent=2, ensure_ascii=False, allow_nan=False)
            file.write("\n")


def digest_of(value: object) -> str:
    """Return the digest of JSON values, in 64 hexadecimal digits."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digests(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the digests of the files of that name that are in `folder`."""
    found = {}
    for name in names:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _read(path: Path) -> dict[str, Entry]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise ValueError(f"format {found['format']!r}, version {found['version']!r}")
        return {name: Entry(**entry) for name, entry in found["steps"].items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}: name another --out") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            f"{path}: no ledger of a loop of version {VERSION} ({error}): name another --out"
        ) from error
