"""The table of attributes: what to look for in a persona and how to ask for it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FOLDER = files("simulators.gym.known_answers")


@dataclass(frozen=True, slots=True)
class FalseFront:
    """A question that takes something false for granted."""

    ask: str
    premise: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that may be asked about a character, such as the age."""

    name: str
    patterns: tuple[re.Pattern[str], ...]
    straight: tuple[str, ...]
    indirect: tuple[str, ...]
    again: tuple[str, ...]
    false: tuple[FalseFront, ...] = ()
    others: tuple[str, ...] = ()
    """Values that a false question may take for granted."""
    also: tuple[str, ...] = ()
    """How names of topics begin whose facts answer the same questions: who asks `Who are you?`
    takes a trade for an answer."""

    def value_in(self, predicate: str) -> str | None:
        """Return the value that `predicate` gives the attribute; None if it gives none."""
        found = next(filter(None, (p.match(predicate) for p in self.patterns)), None)
        return found["value"] if found else None


@cache
def attributes() -> tuple[Attribute, ...]:
    """Return the attributes in the order in which they are tried; the vague ones come last."""
    return tuple(_attribute(row) for row in table("questions.toml")["attribute"])


VAGUE = frozenset({"companions", "advice", "knowledge", "habits", "past", "days"})
"""Attributes that hold what is left; a question made from the sentence itself goes before them."""


@cache
def table(name: str) -> dict[str, Any]:
    """Return one of the tables beside this module."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def attribute_of(predicate: str, *, vague: bool = False) -> tuple[Attribute, str] | None:
    """Return the attribute that a predicate is about and the value it gives, if there is one.

    Args:
        predicate: What follows the name in a claim.
        vague: Whether to look among the attributes that hold what is left, and nowhere else.

    Example:
        >>> found = attribute_of("is 52 years old")
        >>> found and (found[0].name, found[1])
        ('age', '52')
    """
    bare = re.sub(rf"^(?:{ADVERBS} )+", "", predicate)
    for attribute in attributes():
        if (attribute.name in VAGUE) != vague:
            continue
        value = attribute.value_in(bare) or attribute.value_in(predicate)
        if value is not None:
            return attribute, value
    return None


def _attribute(row: dict[str, Any]) -> Attribute:
    return Attribute(
        name=row["name"],
        patterns=tuple(re.compile(pattern) for pattern in row["match"]),
        straight=tuple(row["straight"]),
        indirect=tuple(row["indirect"]),
        again=tuple(row["again"]),
        false=tuple(FalseFront(**front) for front in row.get("false", ())),
        others=tuple(row.get("others", ())),
        also=tuple(row.get("also", ())),
    )


ADVERBS = (
    "(?:also|often|always|usually|sometimes|still|once|now|secretly|frequently|occasionally|"
    "typically|currently|actively|deeply|generally|really|quietly|mostly|even|later)"
)
"""Adverbs that may stand before a verb, as a regular expression."""
