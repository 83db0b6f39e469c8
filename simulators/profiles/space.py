"""Brings profile vectors down to a few dimensions: robust scaling, then principal components."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DIMS = 5
"""Directions that are kept unless told otherwise."""

Reduction = Callable[[Floats, int], Floats]
"""Turns vectors `(n, width)` and a seed into points `(n, dims)`."""


def principal_points(vectors: Floats, seed: int = 0, *, dims: int = DIMS) -> Floats:
    """Return points `(n, dims)` along the directions in which `vectors` vary most.

    Each column is first brought to median 0 and interquartile range 1, so that one far-off
    profile does not set the scale. No chance is in it: `seed` is for other reductions.

    Args:
        vectors: `(n, width)`, at least one row.
        seed: Not used.
        dims: Wanted directions, at least 1; fewer come back where there are fewer.

    Raises:
        ValueError: There is no row, a number is not finite, or `dims` is below 1.
    """
    if dims < 1:
        raise ValueError(f"dims must be at least 1, was: {dims}")
    if not len(vectors):
        raise ValueError("a space needs at least one vector, were: none")
    scaled = robustly_scaled(vectors)
    points = _projected(scaled - scaled.mean(axis=0), dims)
    # The sign of a direction is free: the farthest point is made positive, so that runs agree.
    farthest = np.abs(points).argmax(axis=0)
    found: Floats = points * np.where(points[farthest, np.arange(points.shape[1])] < 0, -1.0, 1.0)
    return found


def _projected(centred: Floats, dims: int) -> Floats:
    """Return the rows along the first right singular vectors.

    They come from the smaller of the two products of the matrix with itself: that is many times
    faster than the decomposition of a tall matrix, and few directions are wanted.
    """
    tall = centred.shape[0] > centred.shape[1]
    squares, sides = np.linalg.eigh(centred.T @ centred if tall else centred @ centred.T)
    varied = int((squares > 1e-12 * max(float(squares[-1]), 1e-12)).sum())
    kept = min(dims, max(varied, 1))
    squares, sides = squares[::-1][:kept], sides[:, ::-1][:, :kept]
    points: Floats = centred @ sides if tall else sides * np.sqrt(squares.clip(0))
    return points


def robustly_scaled(vectors: Floats) -> Floats:
    """Return columns with median 0 and interquartile range 1; one that does not vary is 0.

    Raises:
        ValueError: A number is not finite.
    """
    if not np.isfinite(vectors).all():
        raise ValueError("vectors must be finite: the embedder gave NaN or infinity")
    low, median, high = np.quantile(vectors, [0.25, 0.5, 0.75], axis=0)
    spread = high - low
    # Where most are equal, the few others would be blown up without bound.
    scaled: Floats = (vectors - median) / np.where(spread > 1e-9, spread, 1.0)
    return scaled
