"""The journal of a run: one line a turn, so that whatever kills the run loses at most one.

```
{"format": "faithful-persona run", "version": 1, "hash": …, "config": …}
{"conversation": 0, "turn": 0, "move": …, "reply": …, "user": …, "character": …}
{"conversation": 0, "status": "satisfied"}
```

A line has left the program when `Journal.write` returns. A turn may follow an end: a conversation
that a budget or a failure broke off goes on there.
"""

from __future__ import annotations

import gc
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from persona_sdk.errors import StoreError
from persona_sdk.filelock import try_lock
from persona_sdk.seeds import derived
from simulators.play import Ending, Event
from simulators.running.records import Records, dump_ending, load_ending
from simulators.running.run_header import OPENING, differences, header_line, read_header
from simulators.values import Dialogue, Exchange, Run, RunConfig

JOURNAL = "journal.jsonl"
"""Name of the journal in the folder of a run."""


class Journal:
    """The open journal of one run; `write` may be called from many threads.

    Args:
        folder: Of the run; it is made where it is missing.
        config: What the run is. A journal of another config is refused.

    Raises:
        StoreError: Another run is at work on it, it belongs to another config or version, a line
            is broken, or it cannot be written.
    """

    def __init__(self, folder: str | Path, config: RunConfig) -> None:
        self.path = Path(folder) / JOURNAL
        self._records = Records(config.persona)
        self._turn = threading.Lock()
        self._failed = False
        with _told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o644)
        try:
            self.dialogues = self._opened(config)
            """The conversations as they stood when it was opened, all of the run in order."""
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, number: int, turn: int, event: Event) -> None:
        """Append what happened in conversation `number`.

        Args:
            number: Of the conversation.
            turn: 0-based number of the exchange; of an ending, how many there are.
            event: What happened.

        Raises:
            StoreError: The disk is full or failed. Nothing of the line counts.
        """
        if isinstance(event, Ending):
            record = {"conversation": number, **dump_ending(event)}
        else:
            where = {"conversation": number, "turn": turn}
            record = {**where, **self._records.dump_exchange(event)}
        self._append(json.dumps(record))

    def close(self) -> None:
        """Bring everything to the disk and let other runs in; a later `write` is refused."""
        with self._turn, _told(self.path):
            self._failed = True  # another file may get the number of this one
            try:
                os.fsync(self._file)
            finally:
                os.close(self._file)

    def _opened(self, config: RunConfig) -> tuple[Dialogue, ...]:
        with _told(self.path):
            if not try_lock(self._file):
                raise StoreError(
                    f"{self.path}: another run is at work on it: wait for its end, or choose "
                    "another folder"
                )
            data = self.path.read_bytes()
        whole = _without_cut_line(data, self.path)
        with _told(self.path):
            if len(whole) < len(data):
                os.ftruncate(self._file, len(whole))
            self._size = len(whole)
        if not whole:
            self._append(header_line(config))
            return tuple(_fresh(config, number) for number in range(config.conversations))
        run = _parsed(whole, self.path)
        if differing := differences(run.config, config):
            raise StoreError(
                f"{self.path}: belongs to another run: {'; '.join(differing)}: choose another "
                "folder, or the same options"
            )
        return run.dialogues

    def _append(self, line: str) -> None:
        data = line.encode() + b"\n"
        with self._turn, _told(self.path):
            if self._failed:
                raise StoreError(f"{self.path}: is closed, or could not be written before")
            left = data
            try:
                while left:
                    left = left[os.write(self._file, left) :]
            except BaseException:
                self._failed = True
                os.ftruncate(self._file, self._size)
                raise
            self._size += len(data)


def read_run(folder: str | Path) -> Run:
    """Return what the journal in a folder holds, finished or not; a cut last line is left out.

    Raises:
        StoreError: There is none, it is of another version, or a line is broken.
    """
    path = Path(folder) / JOURNAL
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}: name the folder of a run that was started"
        ) from error
    whole = _without_cut_line(data, path)
    if not whole:
        raise StoreError(f"{path}: holds no run yet: start one with this folder first")
    return _parsed(whole, path)


def _without_cut_line(data: bytes, path: Path) -> bytes:
    """A kill can cut the last line: it was never reported as written."""
    whole = data[: data.rfind(b"\n") + 1]
    start = data[: len(OPENING)]
    if not whole and not OPENING.startswith(start):
        raise StoreError(f"{path}: is no journal of a run: choose another folder")
    return whole


def _parsed(data: bytes, path: Path) -> Run:
    first, *lines = data.split(b"\n")[:-1]
    config = read_header(first, str(path))
    said: list[list[Exchange]] = [[] for _ in range(config.conversations)]
    endings: dict[int, Ending] = {}
    records = Records(config.persona)
    with _no_collections():
        for number, line in enumerate(lines, start=2):
            try:
                _take(json.loads(line), records, said, endings)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise StoreError(
                    f"{path}:{number}: the line is broken ({type(error).__name__}: {error}): "
                    "restore the file, or choose another folder"
                ) from error
        dialogues = tuple(
            _dialogue(config, number, tuple(exchanges), endings.get(number))
            for number, exchanges in enumerate(said)
        )
    return Run(config, dialogues)


def _take(
    found: dict[str, object],
    records: Records,
    said: list[list[Exchange]],
    endings: dict[int, Ending],
) -> None:
    number = found["conversation"]
    if not (isinstance(number, int) and 0 <= number < len(said)):
        raise ValueError(f"conversation must be in [0, {len(said)}), was: {number!r}")
    if "turn" not in found:
        endings[number] = load_ending(found)
        return
    if found["turn"] != len(said[number]):
        raise ValueError(
            f"turn of conversation {number} must be {len(said[number])}, was: {found['turn']!r}"
        )
    said[number].append(records.load_exchange(found))
    endings.pop(number, None)


def _fresh(config: RunConfig, number: int) -> Dialogue:
    profile = config.profiles[number % len(config.profiles)]
    return Dialogue(number, profile.id, derived(config.seed, "conversation", number))


def _dialogue(
    config: RunConfig, number: int, exchanges: tuple[Exchange, ...], ending: Ending | None
) -> Dialogue:
    empty = _fresh(config, number)
    status, fault, error = (
        (ending.status, ending.fault, ending.error) if ending else ("running", None, "")
    )
    return Dialogue(number, empty.profile_id, empty.seed, exchanges, status, fault, error)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Keep the garbage collector from walking over a growing run again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}: make room or check the folder, then run the same "
            "command again: all turns before are kept"
        ) from error
