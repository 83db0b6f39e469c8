"""Transcripts as JSON lines, one turn a line, written as they are read."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from persona_sdk.errors import StoreError
from persona_sdk.store.documents import dump_verdict
from persona_sdk.store.values import StoredTurn


def as_row(turn: StoredTurn, *, persona: str) -> dict[str, Any]:
    """Return the JSON object of one turn (the table in docs/store.md)."""
    return {
        "session": turn.session,
        "persona": persona,
        "index": turn.index,
        "role": turn.turn.role,
        "content": turn.turn.content,
        "outcome": turn.outcome,
        "notes": list(turn.notes),
        "created": turn.created.isoformat(),
        "attempts": [
            asdict(attempt) | {"verdict": dump_verdict(attempt.verdict)}
            for attempt in turn.attempts
        ],
    }


def write_rows(out: TextIO, turns: Iterable[StoredTurn], *, personas: Mapping[str, str]) -> int:
    """Write one line a turn and return how many there were.

    Args:
        out: Takes the lines; if it cannot carry every character, they are escaped.
        turns: In the order in which they are written.
        personas: The persona's name for each session id.
    """
    count = 0
    ascii_only = not (out.encoding or "utf-8").lower().startswith("utf")
    for turn in turns:
        row = as_row(turn, persona=personas[turn.session])
        out.write(json.dumps(row, ensure_ascii=ascii_only, allow_nan=False) + "\n")
        count += 1
    return count


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Yield a file that takes the place of `path` at the end, or never if anything fails.

    Devices and pipes, which cannot be replaced, are written to directly.

    Raises:
        StoreError: The file cannot be written; what stood there before is untouched.
    """
    path = path.resolve()
    try:
        with _in_place(path) if path.exists() and not path.is_file() else _beside(path) as file:
            yield file
    except OSError as error:
        raise StoreError(
            f"{path}: the export cannot be written ({error.strerror}):"
            " check the folder, its permissions and the space on the disk"
        ) from error


def _in_place(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8")


@contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(handle)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
