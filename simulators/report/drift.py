"""Does a character wear off? ΔAPC and violations by the number of the turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.statistics import Estimate
from simulators.report.faithfulness import Faithfulness, faithfulness
from simulators.report.intervals import gain
from simulators.report.turns import NumberedTurn

MOST_POINTS = 60
"""Later turns are left off the curve: hardly any conversation gets there."""


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """All first drafts at one place in their conversations."""

    turn: int
    """From 1."""
    drafts: Faithfulness


@dataclass(frozen=True, slots=True)
class Drift:
    """How a character changes over its conversations.

    Conversations end at different turns and the ones that last are not like the others, so the
    trends compare each conversation with itself.
    """

    points: tuple[DriftPoint, ...]
    delta_apc: Estimate | None
    """Mean over conversations: ΔAPC of the later half of the turns less that of the earlier."""
    violation_rate: Estimate | None
    """The same for the share of violations; above 0 the character wears off."""


def drift(turns: Sequence[NumberedTurn]) -> Drift:
    """Measure first drafts turn by turn."""
    by_number: dict[int, list[NumberedTurn]] = {}
    by_dialogue: dict[int, list[NumberedTurn]] = {}
    for turn in turns:
        by_number.setdefault(turn.number, []).append(turn)
        by_dialogue.setdefault(turn.dialogue.number, []).append(turn)
    numbers = sorted(by_number)[:MOST_POINTS]
    points = tuple(DriftPoint(n, faithfulness(by_number[n], "draft")) for n in numbers)
    halves = [_halves(_judged(part)) for part in by_dialogue.values()]
    changes = [both for both in halves if both is not None]
    return Drift(
        points,
        delta_apc=gain([change[0] for change in changes], of_shares=False),
        violation_rate=gain([change[1] for change in changes], of_shares=True),
    )


def _judged(turns: Sequence[NumberedTurn]) -> list[tuple[float, float]]:
    """Return ΔAPC and violation of the first drafts that the guard could judge."""
    verdicts = [t.draft.verdict for t in turns if t.draft is not None]
    return [(v.delta_apc, float(v.outcome == "fail")) for v in verdicts if v.outcome != "unscored"]


def _halves(values: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Return later less earlier half; the middle of an odd number belongs to neither."""
    half = len(values) // 2
    if not half:
        return None
    early, late = values[:half], values[-half:]
    return (
        sum(v[0] for v in late) / half - sum(v[0] for v in early) / half,
        sum(v[1] for v in late) / half - sum(v[1] for v in early) / half,
    )
