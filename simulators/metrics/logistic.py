"""Logistic regression with an L2 penalty in numpy: no chance, the same weights every time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROUNDS = 100
"""Steps of the accelerated descent; the penalised loss is settled long before."""

Floats = NDArray[np.float64]


class Logistic(NamedTuple):
    """A fitted classifier: `rows @ weights + offset` is the logit."""

    weights: Floats
    offset: float

    def logits(self, rows: Floats) -> Floats:
        """Return one logit a row; above 0 means the positive class."""
        return np.asarray(rows @ self.weights + self.offset)


def fit(rows: Floats, positive: NDArray[np.bool_], *, penalty: float) -> Logistic:
    """Fit by Nesterov's accelerated gradient at the step that the curvature allows.

    Both classes weigh the same, whatever their number.

    Args:
        rows: Features `(rows, columns)` of like scale.
        positive: The class of each row; both must occur.
        penalty: Weight of half the squared length of the weights, above 0.

    Raises:
        ValueError: A class is missing.
    """
    if positive.all() or not positive.any():
        raise ValueError("a classifier needs rows of both classes, were: one class")
    shares = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum())
    wide = np.hstack([rows, np.ones((len(rows), 1))])
    damping = np.append(np.full(rows.shape[1], penalty), 0.0)
    step = 1.0 / (0.25 * _curvature(wide, shares) + penalty)
    here = ahead = np.zeros(wide.shape[1])
    for number in range(ROUNDS):
        wrong = shares * (_sigmoid(wide @ ahead) - positive)
        after = ahead - step * (wide.T @ wrong + damping * ahead)
        ahead = after + number / (number + 3) * (after - here)
        here = after
    return Logistic(here[:-1], float(here[-1]))


def _curvature(rows: Floats, shares: Floats) -> float:
    """Return the largest eigenvalue of the weighted second moments, by power iteration."""
    vector = np.full(rows.shape[1], rows.shape[1] ** -0.5)
    value = 1.0
    for _ in range(50):
        turned = rows.T @ (shares * (rows @ vector))
        value = float(np.linalg.norm(turned))
        if not value:
            return 1.0
        vector = turned / value
    return 1.05 * value


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))
