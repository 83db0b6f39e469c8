"""A pair as the fields of a row, and back: what every format shares, checked in one place."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import Line, shown
from persona_sdk.training.preferences.messages import pair_fault
from persona_sdk.types import PreferencePair, Role, Turn

EXTRAS = ("margin", "source", "persona", "query", "supporting", "opposing", "violated")
"""Fields of a row beside the messages, all optional; other trainers ignore them."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a format calls the two parts of a message, and who speaks."""

    role: str = "role"
    content: str = "content"
    names: Mapping[Role, str] = field(
        default_factory=lambda: {"system": "system", "user": "user", "assistant": "assistant"}
    )

    def message(self, role: Role, content: str) -> dict[str, str]:
        """Return a message as JSON."""
        return {self.role: self.names[role], self.content: content}

    def turn(self, value: object, place: str) -> Turn:
        """Read a message; raise a `RowError` that begins with `place` if it is none."""
        if not isinstance(value, dict) or value.keys() != {self.role, self.content}:
            raise RowError(
                f"{place}: must be an object of {self.role!r} and {self.content!r}, "
                f"was: {shown(value)}"
            )
        role = next((r for r, name in self.names.items() if name == value[self.role]), None)
        if role is None:
            known = ", ".join(self.names.values())
            was = shown(value[self.role])
            raise RowError(f"{place}: {self.role} must be one of {known}, was: {was}")
        if not isinstance(value[self.content], str):
            raise RowError(
                f"{place}: {self.content} must be a text, was: {shown(value[self.content])}"
            )
        return Turn(role, value[self.content])


PLAIN = Dialect()
"""Messages of `role` and `content`, as chat templates take them."""


def extras_of(pair: PreferencePair) -> dict[str, object]:
    """Return the fields of `EXTRAS` as JSON values, each of one type in every row.

    `violated` is a text of one statement a line: readers that guess the type of a column from the
    first rows stumble over lists that are empty there.
    """
    values: dict[str, object] = {name: getattr(pair, name) for name in EXTRAS}
    return {**values, "violated": "\n".join(pair.violated)}


def messages_of(pair: PreferencePair, dialect: Dialect = PLAIN) -> list[dict[str, str]]:
    """Return the prompt as JSON."""
    return [dialect.message(turn.role, turn.content) for turn in pair.prompt]


def check_keys(line: Line, required: Iterable[str], optional: Collection[str] = EXTRAS) -> None:
    """Refuse a row that lacks a field or has one that nobody would read.

    Raises:
        RowError: Naming the field; a misspelt one is thereby found.
    """
    for name in required:
        if name not in line.fields:
            found = ", ".join(line.fields) or "none"
            raise RowError(f"{line.place}: field {name!r} is missing; found: {found}")
    for name in line.fields:
        if name not in required and name not in optional:
            known = ", ".join([*required, *optional])
            raise RowError(f"{line.place}: no field is called {name!r}: remove it; known: {known}")


def turns_of(line: Line, name: str, dialect: Dialect = PLAIN) -> tuple[Turn, ...]:
    """Return the messages in a field."""
    value = line.fields[name]
    if not isinstance(value, list):
        raise RowError(f"{line.place}: {name}: must be a list of messages, was: {shown(value)}")
    return tuple(dialect.turn(one, f"{line.place}: {name}: {i}") for i, one in enumerate(value))


def reply_of(line: Line, name: str, dialect: Dialect = PLAIN) -> str:
    """Return the text of a field that holds one message of the character, bare or in a list."""
    value = line.fields[name]
    listed = value if isinstance(value, list) else [value]
    if len(listed) != 1:
        raise RowError(f"{line.place}: {name}: must be one message, were: {len(listed)}")
    turn = dialect.turn(listed[0], f"{line.place}: {name}")
    if turn.role != "assistant":
        raise RowError(f"{line.place}: {name}: must be the assistant's, was: {turn.role!r}")
    return turn.content


def checked_pair(
    line: Line, prompt: tuple[Turn, ...], chosen: str, rejected: str
) -> PreferencePair:
    """Return the pair of a row, with the optional fields of the row.

    Raises:
        RowError: The prompt or a reply cannot be learned from, both replies are the same, or a
            field has a value of another kind.
    """
    if fault := pair_fault(prompt, chosen, rejected):
        raise RowError(f"{line.place}: {fault}")
    return PreferencePair(prompt, chosen, rejected, **_extras(line))


def _extras(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {n: line.fields[n] for n in EXTRAS if n in line.fields}
    for name, value in found.items():
        if name in ("margin", "supporting", "opposing"):
            found[name] = _number(name, value, line.place)
        elif not isinstance(value, str):
            raise RowError(f"{line.place}: {name}: must be a text, was: {shown(value)}")
    if "violated" in found:
        found["violated"] = tuple(filter(None, found["violated"].split("\n")))
    if found.get("supporting", 1.0) + found.get("opposing", 0.0) <= 0:
        raise RowError(
            f"{line.place}: supporting and opposing are both 0: leave both out for a plain pair"
        )
    return found


def _number(name: str, value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RowError(f"{place}: {name}: must be a number, was: {shown(value)}")
    if name != "margin" and value < 0:
        raise RowError(f"{place}: {name}: must be at least 0, was: {value}")
    return float(value)
