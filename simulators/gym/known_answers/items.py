"""Item: a question to a character whose right answer is known, and how items are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from persona_sdk.errors import RowError

VERSION = "1"
"""Of the templates and rules: items of another version ask and score something else."""

Kind = Literal[
    "stated",
    "unstated",
    "unknowable",
    "forbidden",
    "false-premise",
    "retest",
    "style",
    "bait",
]
"""What an item probes; `docs/known-answers.md` tells of each what passes."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Item:
    """One question, or a few in one conversation, with what is known of the answer."""

    id: str
    """Unique within a persona, e.g. `stated/age.straight`."""
    persona: str
    """Name of the character."""
    kind: Kind
    turns: tuple[str, ...]
    """What the user says, in order, in one conversation."""
    gold: tuple[str, ...] = ()
    """Facts about the character in the third person. Of a stated item one of them is to be said,
    of a forbidden one none; empty where any answer in character will do."""
    statement_ids: tuple[str, ...] = ()
    """The persona's statements that the gold facts were read from."""
    template_id: str = ""
    """The pattern that the turns were made with, e.g. `age.straight.0`."""
    seed: int = 0
    """Of the run of the generator."""
    version: str = VERSION
    premise: str = ""
    """A false sentence that the turns take for granted, or that only a character who fails
    would say; empty if there is none."""
    values: tuple[str, ...] = ()
    """Words or numbers that decide without a model: see the rule of the kind."""
    scored: tuple[int, ...] = (0,)
    """0-based turns whose replies are judged; the others only fill the time between."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, was: {self.kind!r}")
        if not self.turns or not all(turn.strip() for turn in self.turns):
            raise ValueError(f"item {self.id!r} must ask something, was: {self.turns!r}")
        if not self.scored or not all(0 <= i < len(self.turns) for i in self.scored):
            raise ValueError(
                f"item {self.id!r}: scored turns must be in [0, {len(self.turns)}), "
                f"were: {self.scored!r}"
            )


def write_items(items: Iterable[Item], path: Path) -> None:
    """Write one JSON object a line, UTF-8; the file is replaced."""
    lines = [json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in items]
    path.write_text("".join(lines), encoding="utf-8")


def read_items(path: Path) -> list[Item]:
    """Read what `write_items` wrote.

    Raises:
        RowError: A line is no item, or one of another version.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_item(line, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip()]


def _item(line: str, place: str) -> Item:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise RowError(f"{place}: no JSON ({error}): write one item a line") from error
    if not isinstance(found, dict):
        raise RowError(f"{place}: an item is a JSON object, was: {line[:80]!r}")
    unknown = sorted(set(found) - _FIELDS)
    if unknown:
        raise RowError(f"{place}: no field {unknown[0]!r}, there are: {', '.join(sorted(_FIELDS))}")
    if found.get("version") != VERSION:
        was = found.get("version")
        raise RowError(f"{place}: version must be {VERSION!r}, was: {was!r}: make the items anew")
    try:
        values: dict[str, Any] = {k: _frozen(v) for k, v in found.items()}
        return Item(**values)
    except (TypeError, ValueError, AttributeError) as error:
        raise RowError(f"{place}: {error}") from error


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_FIELDS = {entry.name for entry in fields(Item)}
