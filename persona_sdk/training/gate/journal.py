"""The journal of a gate: one line a measurement, so that a kill loses at most one.

```
{"format": "faithful-persona gate", "version": 1, "settings": {…}}
{"side": "before", "task": "reply", "persona": "Tess Marlow", "item": "query/0", …}
```

A journal of other settings is refused: two halves of unlike gates say nothing together.
"""

from __future__ import annotations

import errno
import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

from persona_sdk.errors import StoreError
from persona_sdk.filelock import try_lock
from persona_sdk.training.gate.values import Measurement, Side, Task

JOURNAL = "measurements.jsonl"
"""Name of the journal in the folder of a gate."""

FORMAT, VERSION = "faithful-persona gate", 1

Place = tuple[Side, Task, str, str]
"""What is measured once: side, task, persona, item."""


class Journal:
    """The open journal of one gate; for one thread.

    Args:
        folder: Of the gate; it is made where it is missing.
        settings: What decides the measurements, as JSON values.

    Raises:
        StoreError: Another gate is at work on it, it has other settings or another version, a
            line is broken, or it cannot be written.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.path = folder / JOURNAL
        with _told(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b", buffering=0)
        try:
            self._found = self._opened(settings)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def measurements(self) -> list[Measurement]:
        """Everything measured so far, in the order of the file."""
        return list(self._found.values())

    def __contains__(self, place: Place) -> bool:
        """Whether something was measured; what broke off is measured again."""
        found = self._found.get(place)
        return found is not None and not found.error

    def add(self, one: Measurement) -> None:
        """Append a measurement; it is on the disk when this returns.

        Raises:
            StoreError: The disk is full or failed.
        """
        one = _finite(one)
        self._write(asdict(one))
        self._found[_place(one)] = one

    def _opened(self, settings: Mapping[str, Any]) -> dict[Place, Measurement]:
        with _told(self.path):
            if not try_lock(self._file.fileno()):
                raise StoreError(f"{self.path}: another gate is at work on it: wait for its end")
            data = self.path.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):  # a kill cut the last line
                self._file.truncate(len(whole))
        if not whole:
            self._write({"format": FORMAT, "version": VERSION, "settings": dict(settings)})
            return {}
        head, found = _parsed(whole, self.path)
        _refuse_others(head, settings, self.path)
        return {_place(one): one for one in found}

    def _write(self, value: Mapping[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"
        with _told(self.path):
            # Half of a surrogate pair, which an endpoint may send, becomes JSON's escape for it.
            data = line.encode("utf-8", "backslashreplace")
            if self._file.write(data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())


def read_journal(folder: Path) -> tuple[dict[str, Any], list[Measurement]]:
    """Return the settings and the measurements of a gate, finished or not.

    Raises:
        StoreError: There is no journal, it is of another version, or a line is broken.
    """
    path = folder / JOURNAL
    with _told(path):
        data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if not whole:
        raise StoreError(f"{path}: holds no gate yet: start one with this folder first")
    return _parsed(whole, path)


def _parsed(data: bytes, path: Path) -> tuple[dict[str, Any], list[Measurement]]:
    first, *lines = data.decode("utf-8", "replace").split("\n")[:-1]
    head = _line(first, path, 1)
    if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
        raise StoreError(
            f"{path}: is no journal of a gate of version {VERSION}: choose another folder"
        )
    found = [_measurement(_line(text, path, n), path, n) for n, text in enumerate(lines, 2)]
    settings = head.get("settings")
    return (settings if isinstance(settings, dict) else {}), found


def _line(text: str, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _broken(path, number, error) from error
    if not isinstance(found, dict):
        raise _broken(path, number, TypeError(f"must be an object, was: {text[:60]!r}"))
    return found


def _measurement(found: dict[str, Any], path: Path, number: int) -> Measurement:
    try:
        return Measurement(**found)
    except TypeError as error:
        raise _broken(path, number, error) from error


def _broken(path: Path, number: int, error: Exception) -> StoreError:
    return StoreError(
        f"{path}:{number}: the line is broken ({error}): restore the file, or choose another folder"
    )


def _refuse_others(head: Mapping[str, Any], settings: Mapping[str, Any], path: Path) -> None:
    differing = list(_differing("", dict(head), json.loads(json.dumps(dict(settings)))))
    if differing:
        raise StoreError(
            f"{path}: belongs to another gate: {'; '.join(differing)}: choose another folder, or "
            "the same options; once this file is gone, all is measured anew"
        )


def _differing(name: str, was: object, wanted: object) -> Iterator[str]:
    """Yield what differs, as deep as it lies: the whole of a side is too long to find it in."""
    if isinstance(was, dict) and isinstance(wanted, dict):
        for key in dict.fromkeys((*was, *wanted)):
            yield from _differing(f"{name}.{key}".lstrip("."), was.get(key), wanted.get(key))
    elif was != wanted:
        yield f"{name} was {_short(was)}, is {_short(wanted)}"


def _short(value: object) -> str:
    text = "not told" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _place(one: Measurement) -> Place:
    return one.side, one.task, one.persona, one.item


def _finite(one: Measurement) -> Measurement:
    """JSON knows no NaN: what is not finite was asked and not measured."""
    lost = {name: f"was {v}" for name, v in one.values.items() if not math.isfinite(v)}
    values = {name: v for name, v in one.values.items() if name not in lost}
    return replace(one, values=values, missing={**one.missing, **lost}) if lost else one


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}: make room or check the folder, then run the same "
            "command again: all measurements before are kept"
        ) from error
