"""The same figures for each user, and for each attack beside plain talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulators.report.faithfulness import Faithfulness, faithfulness
from simulators.report.turns import NumberedTurn, violates

PLAIN = "plain talk"
"""What turns without an attack are called."""

MOST_USERS = 100
"""How many users are listed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Turns that have something in common."""

    name: str
    conversations: int
    turns: int
    drafts: Faithfulness


def by_profile(turns: Sequence[NumberedTurn], *, most: int = MOST_USERS) -> tuple[Group, ...]:
    """Return a group for each user, in the order of the run.

    Of more than `most` users, only those who met the most violations, these first.
    """
    found = _collected(turns, lambda turn: turn.dialogue.profile_id)
    if len(found) > most:
        worst = sorted(found, key=lambda name: -sum(map(violates, found[name])))[:most]
        found = {name: found[name] for name in worst}
    return _measured(found)


def by_attack(turns: Sequence[NumberedTurn]) -> tuple[Group, ...]:
    """Return a group for each attack that was tried, and one for plain talk."""
    return _measured(_collected(turns, attack_of))


def attack_of(turn: NumberedTurn) -> str:
    """Return the name of the attack behind the user's turn, or `PLAIN`."""
    return turn.exchange.move.attack or PLAIN


def _collected(
    turns: Sequence[NumberedTurn], key: Callable[[NumberedTurn], str]
) -> dict[str, list[NumberedTurn]]:
    found: dict[str, list[NumberedTurn]] = {}
    for turn in turns:
        found.setdefault(key(turn), []).append(turn)
    return found


def _measured(groups: Mapping[str, Sequence[NumberedTurn]]) -> tuple[Group, ...]:
    return tuple(
        Group(name, len({t.dialogue.number for t in part}), len(part), faithfulness(part, "draft"))
        for name, part in groups.items()
    )
