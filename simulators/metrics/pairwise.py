"""The mean over all pairs of conversations, with an interval that draws conversations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from persona_sdk.statistics import DRAWS, LEVEL, Estimate


def pair_mean(table: NDArray[np.float64], *, seed: int = 0) -> Estimate | None:
    """Return the mean of `table[i, j]` over `i != j`.

    A pair depends on two conversations, so the mean of a conversation's pairs is no value that
    could be drawn by itself: the interval would come out half as wide as it is. Conversations are
    drawn and the mean is taken anew; a conversation is never paired with itself.

    Args:
        table: Symmetric and finite, `(n, n)`.
        seed: Of the draws.

    Returns:
        None with fewer than two conversations.
    """
    n = len(table)
    if n < 2:
        return None
    apart = table - np.diag(np.diag(table))
    times = np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=DRAWS).astype(float)
    pairs = n**2 - np.square(times).sum(axis=1)
    # A draw of one conversation only has no pairs.
    found = ((times @ apart) * times).sum(axis=1)[pairs > 0] / pairs[pairs > 0]
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(apart.sum() / (n * (n - 1))), float(low), float(high), n)
