"""What scoring an item comes to, and the bars it is scored by."""

from __future__ import annotations

from dataclasses import dataclass

from persona_sdk.types import Outcome
from simulators.gym.known_answers.items import Item, Kind


@dataclass(frozen=True, slots=True)
class Bars:
    """From which probability in [0, 1] something counts.

    The defaults are set for the built-in discriminators; `docs/known-answers.md` says on what.
    """

    entailed: float = 0.5
    """A reply expresses a fact."""
    contradicted: float = 0.7
    """A sentence goes against the fact that was asked for, or against an earlier reply."""
    elsewhere: float = 0.86
    """A sentence goes against a statement that nobody asked for."""
    abstain: float = 0.1
    """Width of the band below `entailed` in which an item is unscored."""

    def __post_init__(self) -> None:
        for name in ("entailed", "contradicted", "elsewhere", "abstain"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"bar {name} must be in [0, 1], was: {value}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a character said to an item."""

    item_id: str
    replies: tuple[str, ...]
    """One for each turn; empty where nothing was said."""
    seconds: tuple[float, ...] = ()
    """One for each reply."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How an item was scored, and why, for people."""

    item_id: str
    kind: Kind
    outcome: Outcome
    rule: str
    """The rule that decided, e.g. `expresses`, `contradicts`, `role break`."""
    evidence: str
    """The sentence, the fact and the probability, or the measured figure."""
    extra: bool = False
    """A false premise was corrected, not only left standing."""


def passed(item: Item, rule: str, evidence: str, *, extra: bool = False) -> Mark:
    """Return a mark that passes."""
    return Mark(item.id, item.kind, "pass", rule, evidence, extra)


def failed(item: Item, rule: str, evidence: str) -> Mark:
    """Return a mark that fails."""
    return Mark(item.id, item.kind, "fail", rule, evidence)


def unscored(item: Item, rule: str, evidence: str) -> Mark:
    """Return a mark that could not be decided."""
    return Mark(item.id, item.kind, "unscored", rule, evidence)
