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
    left, sizes, rows = np.linalg.svd(scaled - scaled.mean(axis=0), full_matrices=False)
    varied = int((sizes > 1e-10 * max(float(sizes[0]), 1e-12)).sum())
    kept = min(dims, max(varied, 1))
    # The sign of a direction is free: the largest weight is made positive, so that runs agree.
    signs = np.sign(rows[np.arange(kept), np.abs(rows[:kept]).argmax(axis=1)])
    points: Floats = left[:, :kept] * sizes[:kept] * signs
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
