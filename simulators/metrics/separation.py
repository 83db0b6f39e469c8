"""How far apart two groups of turns lie on one score: the AUC with an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from persona_sdk.curves import events
from simulators.statistics import DRAWS, LEVEL, Estimate

Floats = NDArray[np.float32]


def separation(
    positive: Sequence[bool],
    scores: ArrayLike,
    groups: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate | None:
    """Return the probability in [0, 1] that a positive outscores a negative, with its interval.

    Whole conversations are drawn: turns of one conversation are not independent. The pairs won
    are summed by conversation once, so that a draw costs a product and no sorting.

    Args:
        positive: The side of each turn.
        scores: Finite numbers.
        groups: The conversation of each turn.
        draws: Bootstrap samples.
        seed: Of the draws.

    Returns:
        None if one side is missing.

    Raises:
        ValueError: The lists differ in length, or a score is not finite.
    """
    truth, values = events(positive, scores)
    if truth.all() or not truth.any():
        return None
    places = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    of = np.array([places[group] for group in groups])
    won = _won(values[truth], of[truth], values[~truth], of[~truth], len(places))
    above, below = (np.bincount(of[side], minlength=len(places)) for side in (truth, ~truth))
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(places), [1 / len(places)] * len(places), size=draws)
    pairs = (drawn @ above) * (drawn @ below)
    times = drawn.astype(np.float32)
    # A draw without one of the sides tells nothing.
    found = ((times @ won) * times).sum(axis=1)[pairs > 0] / pairs[pairs > 0]
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(found) else (0, 1)
    whole = float(won.sum(dtype=np.float64) / (above.sum() * below.sum()))
    return Estimate(whole, float(low), float(high), len(places))


def _won(
    high: NDArray[np.float64],
    high_of: NDArray[np.int_],
    low: NDArray[np.float64],
    low_of: NDArray[np.int_],
    groups: int,
) -> Floats:
    """Return `(groups, groups)`: pairs that positives of a row win from negatives of a column."""
    sums = np.zeros((groups, groups), dtype=np.float32)
    order = np.argsort(low_of, kind="stable")
    starts = np.flatnonzero(np.diff(low_of[order], prepend=-1))
    columns = low_of[order][starts]
    for value, row in zip(high, high_of, strict=True):
        wins = (value > low[order]) + np.float32(0.5) * (value == low[order])
        sums[row, columns] += np.add.reduceat(wins, starts)
    return sums
