"""How well do scores put positives above negatives? Ranks only, no threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Events(NamedTuple):
    """Labelled scores as arrays `(rows,)`."""

    truth: NDArray[np.bool_]
    values: NDArray[np.float64]


def events(positive: Sequence[bool], scores: ArrayLike) -> Events:
    """Return labels and scores as arrays.

    Raises:
        ValueError: There are no rows, the lists differ in length, or a score is not finite.
    """
    truth = np.asarray(positive, dtype=bool)
    values = np.asarray(scores, dtype=np.float64)
    if truth.shape != values.shape or truth.ndim != 1 or not len(truth):
        raise ValueError(
            f"need as many scores as labels, at least one, were: {values.shape} and {truth.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite numbers, some were not")
    return Events(truth, values)


def auc(positive: Sequence[bool], scores: ArrayLike) -> float | None:
    """Return the probability in [0, 1] that a positive outscores a negative; ties count half.

    None if there are no positives or no negatives.

    Raises:
        ValueError: As `events`.

    Example:
        >>> auc([True, False, False], [0.9, 0.1, 0.9])
        0.75
    """
    truth, values = events(positive, scores)
    return weighted_auc(truth, values, np.ones(len(truth)))


def weighted_auc(
    truth: NDArray[np.bool_], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> float | None:
    """Return `auc` where row `i` stands `weights[i]` times; None if one side weighs nothing."""
    _, places = np.unique(values, return_inverse=True)
    rows = int(places.max()) + 1
    above = np.bincount(places[truth], weights=weights[truth], minlength=rows)
    below = np.bincount(places[~truth], weights=weights[~truth], minlength=rows)
    pairs = above.sum() * below.sum()
    if not pairs:
        return None
    beaten = np.cumsum(below) - below / 2
    return float((above * beaten).sum() / pairs)
