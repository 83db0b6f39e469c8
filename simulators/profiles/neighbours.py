"""Distances between profiles: to the nearest ones, and what they say of a group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_NEIGHBOURS = 49
"""Fifty with the profile itself, as the published sampler takes them."""

_ROWS_AT_ONCE = 256


class Spread(NamedTuple):
    """How varied a group is."""

    uniformity: float | None
    """log of the mean of exp(-2 |x - y|²) over pairs of unit vectors, at most 0; lower is more
    varied (Wang and Isola, 2020, section 4.1.2). None with fewer than two profiles."""
    distance: float | None
    """Mean distance to the nearest profiles of the group, in [0, 2]; higher is more varied."""


def neighbours_asked(n: int) -> int:
    """Return how many neighbours are looked at among `n` profiles: about the square root."""
    return max(min(MOST_NEIGHBOURS, round(math.sqrt(n)), n - 1), 0)


def neighbour_distances(at: Floats, among: Floats | None = None) -> Floats:
    """Return the mean distance of each row of `at` to its nearest rows.

    Args:
        at: `(m, width)`.
        among: `(n, width)`; None looks among `at`, where nobody is his own neighbour.
    """
    own = among is None
    points = at if among is None else among
    asked = neighbours_asked(len(points))
    if asked == 0:
        return np.zeros(len(at))
    found = np.empty(len(at))
    for start, distances in _blocks(at, points):
        if own:
            rows = np.arange(len(distances))
            distances[rows, start + rows] = np.inf
        nearest = np.partition(distances, asked - 1, axis=1)[:, :asked]
        found[start : start + len(distances)] = nearest.mean(axis=1)
    return found


def nearest(at: Floats, among: Floats, n: int) -> Iterator[NDArray[np.intp]]:
    """Yield for each row of `at` the places of its `n` nearest rows, the nearest first.

    Lazily, a block at a time: whoever has enough stops asking.
    """
    kept = min(n, len(among))
    for _, distances in _blocks(at, among):
        places = np.argpartition(distances, kept - 1, axis=1)[:, :kept]
        order = np.take_along_axis(distances, places, axis=1).argsort(axis=1, kind="stable")
        yield from np.take_along_axis(places, order, axis=1)


def spread_of(vectors: Floats) -> Spread:
    """Return how varied unit vectors `(n, width)` are."""
    n = len(vectors)
    if n < 2:
        return Spread(None, None)
    total = sum(float(np.exp(-2 * d**2).sum()) for _, d in _blocks(vectors, vectors)) - n
    return Spread(
        math.log(max(total, 1e-300) / (n * (n - 1))), float(neighbour_distances(vectors).mean())
    )


def _blocks(at: Floats, among: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield distances of some rows of `at` to all of `among`, with the first row's number."""
    squares = (among**2).sum(axis=1)
    for start in range(0, len(at), _ROWS_AT_ONCE):
        rows = at[start : start + _ROWS_AT_ONCE]
        found = (rows**2).sum(axis=1)[:, None] + squares - 2 * rows @ among.T
        yield start, np.sqrt(found.clip(0))
