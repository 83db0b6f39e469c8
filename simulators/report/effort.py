"""What a run took: repairs, attempts, waiting, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from simulators.report.turns import NumberedTurn
from simulators.values import Usage


@dataclass(frozen=True, slots=True)
class Effort:
    """Shares are of the turns that tell something, in [0, 1]; None where there are none."""

    blocked: float | None
    """Turns in which nothing could be shown."""
    repaired: float | None
    """Turns in which a later draft was shown."""
    fallback: float | None
    """Turns in which a fallback line was shown."""
    attempts: float | None
    """Mean drafts of a reply."""
    character: Waiting
    user: Waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one side cost in the whole run."""

    seconds_p50: float | None
    """Median wall-clock of a turn."""
    seconds_p95: float | None
    total: Usage
    """Token counts are 0 where an engine does not report them."""


def effort(turns: Sequence[NumberedTurn], *, of_run: Sequence[NumberedTurn]) -> Effort:
    """Measure what a run took.

    Args:
        turns: Those that tell something of the character.
        of_run: All of them: whatever they tell, they took time and tokens.
    """
    return Effort(
        blocked=_share([t.blocked for t in turns]),
        repaired=_share([t.repaired for t in turns]),
        fallback=_share([t.fell_back for t in turns]),
        attempts=_share([len(t.exchange.reply.attempts) for t in turns]),
        character=_waiting([t.exchange.character_usage for t in of_run]),
        user=_waiting([t.exchange.user_usage for t in of_run]),
    )


def _share(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _waiting(usages: Sequence[Usage]) -> Waiting:
    if not usages:
        return Waiting(None, None, Usage())
    p50, p95 = np.quantile([u.seconds for u in usages], [0.5, 0.95])
    return Waiting(float(p50), float(p95), sum(usages, Usage()))
