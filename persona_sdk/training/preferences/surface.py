"""The honest check: how well does style alone tell the chosen reply from the rejected one?

A pair is guessed from the difference of two counts (`Style`), by a rule with one of them (longer
wins, more negations win, …) and by a logistic regression on all that is fitted to other
conversations. Whoever knows nothing guesses half. A preference that style predicts well teaches
style.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from persona_sdk.seeds import derived
from persona_sdk.statistics import DRAWS, Estimate, bootstrap
from persona_sdk.training.preferences.likeness import same_words
from persona_sdk.training.preferences.style import Style, style_of
from persona_sdk.types import PreferencePair

FOLDS = 5
FEWEST = 20
"""Pairs below which nothing is said."""

_PENALTY = 1.0
_STEPS = 25
_WORK = 20_000_000  # numbers that the bootstrap draws for one interval

Floats = NDArray[np.float64]


class SurfaceCheck(NamedTuple):
    """Share of pairs in [0, 1] that style alone gets right; 0.5 is chance, a tie counts as half."""

    all_features: Estimate
    """Logistic regression on every count, cross-validated over queries."""
    rules: dict[str, Estimate]
    """More of one count wins, e.g. `words`: below 0.5 means that less of it wins."""


def surface_check(pairs: Sequence[PreferencePair], *, seed: int = 0) -> SurfaceCheck | None:
    """Measure what style alone predicts; None where there are fewer than `FEWEST` pairs.

    Pairs of one query fall in one fold and are drawn together in the 95% intervals.
    """
    if len(pairs) < FEWEST:
        return None
    sides = [
        np.array([style_of(text) for text in texts], dtype=np.float64)
        for texts in ([p.chosen for p in pairs], [p.rejected for p in pairs])
    ]
    gains = sides[0] - sides[1]
    groups = [" ".join(same_words(pair.query or pair.prompt[-1].content)) for pair in pairs]
    draws = max(200, min(DRAWS, _WORK // len(set(groups))))

    def estimate(scores: Floats) -> Estimate:
        return bootstrap(_right(scores).tolist(), groups=groups, draws=draws, seed=seed)

    rules = {name: estimate(gains[:, i]) for i, name in enumerate(Style._fields)}
    return SurfaceCheck(estimate(_cross_validated(gains, groups, seed)), rules)


def _right(scores: Floats) -> Floats:
    return np.where(scores > 0, 1.0, np.where(scores < 0, 0.0, 0.5))


def _cross_validated(gains: Floats, groups: Sequence[str], seed: int) -> Floats:
    """Return the score of each pair under weights that never saw its query."""
    names = sorted(set(groups))
    random.Random(derived(seed, "folds")).shuffle(names)
    fold_of = {name: i % FOLDS for i, name in enumerate(names)}
    folds = np.array([fold_of[group] for group in groups])
    scores = np.zeros(len(gains))
    for fold in set(folds.tolist()):
        held = folds == fold
        if not held.all():
            scores[held] = gains[held] @ _fitted(gains[~held])
    return scores


def _fitted(gains: Floats) -> Floats:
    """Fit `sigmoid(w · gain)` to be 1 by Newton's method, with an L2 penalty.

    Each pair also stands mirrored, which is why there is no offset and one class is enough.
    """
    scale = np.sqrt((gains**2).mean(axis=0))
    rows = gains / np.where(scale > 0, scale, 1.0)
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        wrong = 1.0 / (1.0 + np.exp(np.clip(rows @ weights, -30, 30)))
        curve = (rows * (wrong * (1 - wrong))[:, None]).T @ rows + _PENALTY * np.eye(len(weights))
        step = np.linalg.solve(curve, rows.T @ wrong - _PENALTY * weights)
        weights += step
        if np.abs(step).max() < _SETTLED:
            break
    return np.asarray(weights / np.where(scale > 0, scale, 1.0))


_SETTLED = 1e-8
