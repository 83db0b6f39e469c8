"""Means with bootstrap intervals: of one set, of paired differences, and of crossed factors."""

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

_BLOCK = 2**20  # draws held at once, some 24 MB


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
    rows = max(1, _BLOCK // len(sums))
    for first in range(0, draws, rows):
        drawn = generator.integers(len(sums), size=(min(rows, draws - first), len(sums)))
        means[first : first + rows] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
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


def crossed(
    values: Sequence[float],
    *,
    rows: Sequence[Hashable],
    columns: Sequence[Hashable],
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """Return the mean of `values` with an interval over two factors that are drawn both.

    Rows, e.g. personas, and columns, e.g. items, are resampled independently; a value weighs what
    its row and its column weigh together (the pigeonhole bootstrap of Owen, 2007, section 3).
    That a column stands in one row alone, as an item that only one persona has, does not matter.

    Args:
        values: Finite numbers, at least one.
        rows: What each value belongs to in the first way.
        columns: The same in the second way.
        draws: Bootstrap samples, at least 1.
        seed: Of the draws.

    Raises:
        ValueError: There are no values, one is not finite, or the lists are unequally long.

    Example:
        >>> crossed([1.0, 1.0], rows=["ada", "bob"], columns=["age", "age"])
        Estimate(mean=1.0, low=1.0, high=1.0, n=2)
    """
    found, _ = _grouped(values, None)
    if not len(rows) == len(columns) == len(values):
        raise ValueError(
            f"{len(values)} values need as many rows and columns, were: {len(rows)} and "
            f"{len(columns)}"
        )
    places = [_numbered(keys) for keys in (rows, columns)]
    sizes = [max(place) + 1 for place in places]
    generator = np.random.default_rng(seed)
    means: list[float] = []
    while len(means) < draws:
        weights = np.ones(len(found))
        for place, size in zip(places, sizes, strict=True):
            weights *= np.bincount(generator.integers(size, size=size), minlength=size)[place]
        if weights.any():  # rows and columns that never meet say nothing
            means.append(float(weights @ found / weights.sum()))
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(found.mean()), float(low), float(high), sizes[0])


def _numbered(keys: Sequence[Hashable]) -> list[int]:
    numbers = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return [numbers[key] for key in keys]


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
    places = _numbered(groups)
    sums = np.bincount(places, weights=np.asarray(values))
    return sums.astype(np.float64), np.bincount(places).astype(np.float64)
