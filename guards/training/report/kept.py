"""Scores kept on disk by what they were computed from, so that a killed evaluation goes on."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from guards.training.rows import Row
from guards.training.scorer import Floats


class Kept:
    """A folder of arrays; None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def through(self, origin: Sequence[str], compute: Callable[[], Floats]) -> Floats:
        """Return the array of this origin: read where an earlier run left it, else computed.

        Args:
            origin: What the array depends on: another origin is another array.
            compute: Called when nothing is kept.
        """
        if self._folder is None:
            return compute()
        path = self._folder / f"{_digest(json.dumps(list(origin)))}.npy"
        found = _read(path)
        if found is None:
            found = compute()
            _write(path, found)
        return found


def fingerprint(rows: Sequence[Row]) -> str:
    """Return a digest of the texts of `rows`, in order."""
    return _digest(json.dumps([[row.task, row.first, row.second] for row in rows]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(path: Path) -> Floats | None:
    """Return the array; None where there is none, or none that is whole."""
    try:
        with path.open("rb") as stream:
            found: Floats = np.lib.format.read_array(stream)
    except (FileNotFoundError, ValueError):
        return None
    return found


def _write(path: Path, array: Floats) -> None:
    """Write in one rename: a kill leaves no half file, two writers leave one whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(number, "wb") as stream:
        np.save(stream, array)
    os.replace(name, path)
