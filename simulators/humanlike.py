"""Fits a scorer that tells how people type from how models do, to choose between drafts by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulators.metrics.logistic import fit
from simulators.metrics.ngrams import gram_counts, unit_rows
from simulators.writing.candidates import HumanLikeness

LENGTHS = (1, 2, 3)
WIDTH = 1024
PENALTY = 0.01
MOST = 3.0
"""A vote is at most this high or low, so that no odd turn wins by its oddity."""


def fit_likeness(people: Sequence[str], models: Sequence[str]) -> HumanLikeness:
    """Return a scorer of turns, higher for those more like `people` than like `models`.

    Fit it on other conversations than those it is used in, and with `models` written in the same
    style (`simulators.writing.style.restyled`): else it learns casing and length, which the style
    settles.

    Args:
        people: Turns that people typed, at least one.
        models: Turns or sentences that models wrote, at least one.

    Example:
        >>> likeness = fit_likeness(["hm idk", "ok so what"], ["Certainly, here is a list."])
        >>> one, other = likeness(["so idk", "Here is certainly a list."])
        >>> one > other
        True
    """
    if not people or not models:
        raise ValueError(f"both sides need a turn, had: {len(people)} and {len(models)}")
    rows = unit_rows(gram_counts([*people, *models], lengths=LENGTHS, width=WIDTH))
    human = np.array([True] * len(people) + [False] * len(models), dtype=bool)
    classifier = fit(rows, human, penalty=PENALTY)

    def score(turns: Sequence[str]) -> list[float]:
        grams = unit_rows(gram_counts(list(turns), lengths=LENGTHS, width=WIDTH))
        return [float(v) for v in np.clip(classifier.logits(grams), -MOST, MOST)]

    return score
