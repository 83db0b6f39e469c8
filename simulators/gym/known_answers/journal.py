"""An append-only file of what was asked and said, so that a run goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from persona_sdk.errors import RowError
from simulators.gym.known_answers.items import VERSION
from simulators.gym.known_answers.marks import Mark


@dataclass(frozen=True, slots=True)
class Checked:
    """What the guard said of a reply to a question that stands alone."""

    outcome: str
    delta_apc: float | None = None
    """None where the guard could not measure."""
    coverage: float | None = None
    """None where the question asks for no statement."""
    violations: tuple[str, ...] = ()
    """Ids of the statements that the reply goes against."""


@dataclass(frozen=True, slots=True)
class Record:
    """One item, or one query of the fixed set, as one row answered it."""

    row: str
    item_id: str
    replies: tuple[str, ...] = ()
    seconds: tuple[float, ...] = ()
    tokens: int = 0
    """Completion tokens of all replies, rejected drafts included; 0 where nobody counts them."""
    mark: Mark | None = None
    """None for a query of the fixed set, and where asking failed."""
    checked: Checked | None = None
    """None where the item has more than one turn, and for controls without a model."""
    error: str = ""
    """Why there is no answer, for people."""


@dataclass(slots=True)
class Journal:
    """Records of one run in a file; the first line says what run it is.

    Args:
        path: The file.
        run: What decides the run; another run's file is refused.
    """

    path: Path
    run: dict[str, Any]
    _file: TextIO | None = field(default=None, init=False, repr=False)

    def records(self) -> list[Record]:
        """Return what is kept; a last line that was cut off is left out.

        Raises:
            RowError: The file is of another run or version, or a line inside is broken.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").split("\n")
        if len(lines) == 1:
            return []
        self._check(_parsed(lines[0], f"{self.path}:1"))
        return list(self._rest(lines[1:-1]))

    def __enter__(self) -> Journal:
        kept = self.records()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._cut_broken_end()
        self._file = self.path.open("a", encoding="utf-8")
        if not kept and self._file.tell() == 0:
            self._write({"known_answers": VERSION, **self.run})
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

    def add(self, record: Record) -> None:
        """Append one record; it is on disk when this returns.

        Raises:
            ValueError: The journal is not open.
            OSError: The disk is full or the file cannot be written.
        """
        self._write(asdict(record))

    def _write(self, value: dict[str, Any]) -> None:
        if self._file is None:
            raise ValueError(f"open the journal first: with Journal({str(self.path)!r}, ...)")
        self._file.write(json.dumps(value, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _check(self, head: dict[str, Any]) -> None:
        wanted = {"known_answers": VERSION, **self.run}
        for key, value in wanted.items():
            if head.get(key) != value:
                raise RowError(
                    f"{self.path} is of another run: {key} must be {value!r}, was: "
                    f"{head.get(key)!r}: name another folder or the same options"
                )

    def _rest(self, lines: list[str]) -> Iterator[Record]:
        for number, line in enumerate(lines, 2):
            yield _record(_parsed(line, f"{self.path}:{number}"), f"{self.path}:{number}")

    def _cut_broken_end(self) -> None:
        """Drop a line that a kill cut off, so that the next one stands alone."""
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        if data and not data.endswith(b"\n"):
            with self.path.open("r+b") as file:
                file.truncate(data.rfind(b"\n") + 1)


def _parsed(line: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise RowError(f"{place}: no JSON ({error}): remove the line to go on") from error
    if not isinstance(found, dict):
        raise RowError(f"{place}: a record is a JSON object, was: {line[:80]!r}")
    return found


def _record(found: dict[str, Any], place: str) -> Record:
    try:
        mark, checked = found.pop("mark"), found.pop("checked")
        if checked is not None:
            checked["violations"] = tuple(checked["violations"])
        found["replies"], found["seconds"] = tuple(found["replies"]), tuple(found["seconds"])
        return Record(
            **found,
            mark=Mark(**mark) if mark else None,
            checked=Checked(**checked) if checked else None,
        )
    except (KeyError, TypeError) as error:
        raise RowError(f"{place}: no record of a run ({error}): remove the line") from error
