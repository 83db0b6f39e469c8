"""The conversations that went worst, the ones to read first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from simulators.report.turns import NumberedTurn, is_judged, violates
from simulators.values import Dialogue

MOST = 10
"""How many are listed."""


@dataclass(frozen=True, slots=True)
class WorstConversation:
    """One that has failed turns."""

    dialogue: Dialogue
    violations: int
    """Turns whose first draft went against a statement."""
    failed: int
    """Those, and turns that could not be judged or shown."""
    delta_apc: float | None
    """Mean over the first drafts that could be judged."""
    first: NumberedTurn
    """The turn to look at: the first violation, else the first failed turn."""


def worst_conversations(
    turns: Sequence[NumberedTurn], *, most: int = MOST
) -> tuple[WorstConversation, ...]:
    """Rank by violations, then by other failed turns, then by low ΔAPC; clean ones are left out."""
    found: dict[int, list[NumberedTurn]] = {}
    for turn in turns:
        found.setdefault(turn.dialogue.number, []).append(turn)
    bad = [_summed(part) for part in found.values() if any(t.failed for t in part)]
    return tuple(sorted(bad, key=_badness)[:most])


def _summed(turns: Sequence[NumberedTurn]) -> WorstConversation:
    violations = [t for t in turns if violates(t)]
    failed = [t for t in turns if t.failed]
    verdicts = [t.draft.verdict for t in turns if t.draft is not None]
    gains = [v.delta_apc for v in verdicts if is_judged(v)]
    return WorstConversation(
        turns[0].dialogue,
        len(violations),
        len(failed),
        fmean(gains) if gains else None,
        (violations or failed)[0],
    )


def _badness(one: WorstConversation) -> tuple[float, ...]:
    gain = one.delta_apc if one.delta_apc is not None else 0.0
    return (-one.violations, -one.failed, gain, one.dialogue.number)
