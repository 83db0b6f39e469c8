"""How far apart two groups of turns lie on one score: the AUC with an interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from persona_sdk.curves import events
from persona_sdk.statistics import DRAWS, LEVEL, Estimate

Floats = NDArray[np.float64]

_AT_ONCE = 2_000_000
"""Weights of turns that are held at once, by which draws are cut into blocks."""


def separation(
    positive: Sequence[bool],
    scores: ArrayLike,
    groups: Sequence[str],
    *,
    strata: Sequence[int] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate | None:
    """Return the probability in [0, 1] that a positive outscores a negative, with its interval.

    Whole conversations are drawn: turns of one conversation are not independent.

    Args:
        positive: The side of each turn.
        scores: Finite numbers.
        groups: The conversation of each turn.
        strata: Turns are compared only within one, for scores of two classifiers do not compare;
            None compares all.
        draws: Bootstrap samples.
        seed: Of the draws.

    Returns:
        None if no stratum has both sides.

    Raises:
        ValueError: The lists differ in length, or a score is not finite.
    """
    truth, values = events(positive, scores)
    places = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    of = np.array([places[group] for group in groups])
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(places), [1 / len(places)] * len(places), size=draws)
    times = np.vstack([np.ones(len(places)), drawn])
    parts = np.zeros(len(truth), dtype=int) if strata is None else np.asarray(strata)
    won, pairs = np.zeros(draws + 1), np.zeros(draws + 1)
    for part in np.unique(parts):
        rows = parts == part
        for block, (above, compared) in _pairs(truth[rows], values[rows], times, of[rows]):
            won[block] += above
            pairs[block] += compared
    if not pairs[0]:
        return None
    # A draw without one of the sides tells nothing.
    found = won[1:][pairs[1:] > 0] / pairs[1:][pairs[1:] > 0]
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(found) else (0, 1)
    return Estimate(float(won[0] / pairs[0]), float(low), float(high), len(places))


def _pairs(
    truth: NDArray[np.bool_], values: Floats, times: Floats, of: NDArray[np.int_]
) -> Iterator[tuple[slice, tuple[Floats, Floats]]]:
    """Yield for blocks of draws how many pairs positives win, ties as half, and how many there are.

    The turns are sorted once, whatever the number of draws.
    """
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
    side, of = truth[order], of[order]
    height = max(_AT_ONCE // len(order), 1)
    for first in range(0, len(times), height):
        block = slice(first, first + height)
        weights = times[block][:, of]
        above = np.add.reduceat(weights * side, starts, axis=1)
        below = np.add.reduceat(weights * ~side, starts, axis=1)
        beaten = np.cumsum(below, axis=1) - below / 2
        yield block, ((above * beaten).sum(axis=1), above.sum(axis=1) * below.sum(axis=1))
