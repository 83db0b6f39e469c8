"""The same figures for each user, and for each attack beside plain talk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulators.report.faithfulness import Faithfulness, faithfulness
from simulators.report.turns import NumberedTurn

PLAIN = "plain talk"
"""What turns without an attack are called."""


@dataclass(frozen=True, slots=True)
class Group:
    """Turns that have something in common."""

    name: str
    conversations: int
    turns: int
    drafts: Faithfulness


def by_profile(turns: Sequence[NumberedTurn]) -> tuple[Group, ...]:
    """Return a group for each user, in the order of the run."""
    return _grouped(turns, lambda turn: turn.dialogue.profile_id)


def by_attack(turns: Sequence[NumberedTurn]) -> tuple[Group, ...]:
    """Return a group for each attack that was tried, and one for plain talk."""
    return _grouped(turns, attack_of)


def attack_of(turn: NumberedTurn) -> str:
    """Return the name of the attack behind the user's turn, or `PLAIN`."""
    return turn.exchange.move.attack or PLAIN


def _grouped(
    turns: Sequence[NumberedTurn], key: Callable[[NumberedTurn], str]
) -> tuple[Group, ...]:
    found: dict[str, list[NumberedTurn]] = {}
    for turn in turns:
        found.setdefault(key(turn), []).append(turn)
    return tuple(
        Group(name, len({t.dialogue.number for t in part}), len(part), faithfulness(part, "draft"))
        for name, part in found.items()
    )
