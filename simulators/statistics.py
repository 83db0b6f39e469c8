"""Means with bootstrap intervals: of one set, and of the difference of two that are paired."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
"""Bootstrap samples."""

LEVEL = 0.95
"""Share of the samples that an interval holds."""


class Estimate(NamedTuple):
    """A mean with its 95% bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int
    """Units that were drawn: groups where there are groups, else values."""

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.n}"


def bootstrap(
    values: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """Return the mean of `values` with its percentile interval (Efron and Tibshirani, 1993, 13.3).

    Args:
        values: Finite numbers, at least one.
        groups: What each value belongs to, e.g. its conversation: whole groups are drawn, for
            values of one group are not independent.
        draws: Bootstrap samples, at least 1.
        seed: Of the draws.

    Raises:
        ValueError: There are no values, one is not finite, or the lists are unequally long.

    Example:
        >>> bootstrap([1.0, 1.0, 1.0])
        Estimate(mean=1.0, low=1.0, high=1.0, n=3)
    """
    sums, sizes = _grouped(values, groups)
    generator = np.random.default_rng(seed)
    means = np.empty(draws)
    for i in range(draws):  # one at a time: ten thousand groups would fill the memory
        drawn = generator.integers(len(sums), size=len(sums))
        means[i] = sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(sums.sum() / sizes.sum()), float(low), float(high), len(sums))


def paired(
    before: Sequence[float],
    after: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """Return the mean of `after[i] - before[i]` with its interval; arguments as `bootstrap`.

    Example:
        >>> paired([0.0, 1.0], [0.5, 1.5]).mean
        0.5
    """
    if len(before) != len(after):
        raise ValueError(f"pairs need equally many values, were: {len(before)} and {len(after)}")
    gains = [b - a for a, b in zip(before, after, strict=True)]
    return bootstrap(gains, groups=groups, draws=draws, seed=seed)


def _grouped(
    values: Sequence[float], groups: Sequence[Hashable] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum and the size of each group."""
    if not values:
        raise ValueError("an interval needs at least one value, were: none")
    if bad := [v for v in values if not math.isfinite(v)]:
        raise ValueError(f"values must be finite, was: {bad[0]}")
    if groups is None:
        return np.asarray(values, dtype=np.float64), np.ones(len(values))
    if len(groups) != len(values):
        raise ValueError(f"{len(values)} values need as many groups, were: {len(groups)}")
    numbers = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    places = [numbers[group] for group in groups]
    sums = np.bincount(places, weights=np.asarray(values), minlength=len(numbers))
    return sums.astype(np.float64), np.bincount(places, minlength=len(numbers)).astype(np.float64)
