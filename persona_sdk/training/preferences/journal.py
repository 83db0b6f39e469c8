"""The journal of candidates: one line a query, so that whatever kills a run loses at most one.

```
{"format": "faithful-persona candidates", "version": 1, "run": {"model": …, "k": 4, …}}
{"key": …, "prompt": […], "persona": …, "attempts": […], "source": …}
```

The drafts are what costs time: other rules choose other pairs from the same journal.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from pydantic import TypeAdapter, ValidationError

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.sampling import key_of
from persona_sdk.types import Conversation, Persona

FORMAT = "faithful-persona candidates"
VERSION = 1
"""Raised when a line changes its meaning; other versions are refused."""


def journal_key(persona: Persona, conversation: Conversation) -> str:
    """Return 16 hexadecimal digits for a query to a persona as it is now."""
    text = json.dumps([asdict(persona), key_of(conversation)], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(slots=True)
class CandidateJournal:
    """Candidates of one run in a file that only grows.

    Args:
        path: The file; it is made when the journal is opened.
        run: What decides the drafts beside persona and query; another run's file is refused.
    """

    path: Path
    run: Mapping[str, object]
    _file: BinaryIO | None = field(default=None, init=False, repr=False)

    def kept(self) -> dict[str, Candidates]:
        """Return what the file holds, by `journal_key`; a last line cut off by a kill is left out.

        Raises:
            RowError: The file is of another run or version, or a line inside is broken.
        """
        if not self.path.exists():
            return {}
        run, rows = _read(self.path)
        if run is not None and (told := _differing(run, self.run)):
            raise RowError(
                f"{self.path}: holds candidates of another run: {told}: give the same options, or "
                "name another file"
            )
        return dict(rows)

    def __enter__(self) -> Self:
        self.kept()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab")
        whole = self.path.read_bytes().rfind(b"\n") + 1
        self._file.truncate(whole)
        if not whole:
            self._append({"format": FORMAT, "version": VERSION, "run": dict(self.run)})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def add(self, key: str, candidates: Candidates) -> None:
        """Append the candidates of one query; they are on the disk when this returns.

        Raises:
            ValueError: The journal is not open.
            OSError: The disk is full or the file cannot be written.
        """
        self._append({"key": key, **_adapter().dump_python(candidates, mode="json")})

    def _append(self, row: Mapping[str, object]) -> None:
        if self._file is None:
            raise ValueError(
                f"open the journal first: with CandidateJournal({str(self.path)!r}, …)"
            )
        self._file.write(json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def read_candidates(path: str | Path) -> list[Candidates]:
    """Return the candidates of a journal, whatever its run, in order.

    Raises:
        RowError: It is no journal of candidates, or a line is broken.
        OSError: It cannot be read.
    """
    return [candidates for _, candidates in _read(Path(path))[1]]


def _read(path: Path) -> tuple[dict[str, Any] | None, Iterator[tuple[str, Candidates]]]:
    """Return the run, None in an empty file, and the rows."""
    whole = path.read_bytes()
    lines = whole[: whole.rfind(b"\n") + 1].split(b"\n")[:-1]
    if not lines:
        return None, iter(())
    head = _parsed(lines[0], f"{path}:1")
    run = head.get("run")
    known = (head.get("format"), head.get("version")) == (FORMAT, VERSION)
    if not known or not isinstance(run, dict):
        raise RowError(
            f"{path}: is no journal of candidates of version {VERSION}: name another file"
        )
    places = enumerate(lines[1:], start=2)
    return run, (_row(line, f"{path}:{number}") for number, line in places)


def _row(line: bytes, place: str) -> tuple[str, Candidates]:
    found = _parsed(line, place)
    key = found.pop("key", "")
    try:
        return key, _adapter().validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RowError(f"{place}: {where}: {first['msg']}: remove the line to go on") from error


def _parsed(line: bytes, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise RowError(f"{place}: no JSON ({error}): remove the line to go on") from error
    if not isinstance(found, dict):
        raise RowError(f"{place}: must be a JSON object: remove the line to go on")
    return found


def _differing(there: Mapping[str, object], here: Mapping[str, object]) -> str:
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    return ", ".join(f"{n} is {there.get(n)!r} there, {here.get(n)!r} here" for n in names)


@cache
def _adapter() -> TypeAdapter[Candidates]:
    return TypeAdapter(Candidates)
