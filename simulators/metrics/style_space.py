"""Style as a vector, without a network: surface figures beside character trigrams."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulators.metrics.ngrams import gram_counts, unit_rows
from simulators.metrics.surface import FEATURES, table

WIDTH = 2048
"""Buckets of the trigrams."""

Floats = NDArray[np.float64]


class StyleSpace:
    """Embeds turns by how they are written; it has the shape of a `TextEmbedder`.

    Half of a vector are the figures of `simulators.metrics.surface`, standardised, the other half
    trigrams weighted by how rare they are (TF-IDF). Scale and rarity come from the turns it was
    fitted on and stay: fit it on real users, then look at simulated ones.

    Args:
        real: Turns of people, at least 2.

    Raises:
        ValueError: There are fewer.

    Example:
        >>> space = StyleSpace(["ok thx", "Thank you. That is clear.", "hm why?"])
        >>> mine, same, other = space.embed(["ok thx", "ok thx", "Thank you. That is kind."])
        >>> float(mine @ same) > float(mine @ other)
        True
    """

    def __init__(self, real: Sequence[str]) -> None:
        if len(real) < 2:
            raise ValueError(f"a style space needs 2 turns of people, were: {len(real)}")
        figures = table(real)
        spread = figures.std(axis=0)
        self._centre = figures.mean(axis=0)
        self._spread = np.where(spread > 1e-9, spread, 1.0)
        found = (_counts(real) > 0).sum(axis=0)
        self._rarity = np.log((1 + len(real)) / (1 + found)) + 1
        state = np.concatenate([self._centre, self._spread, self._rarity])
        self.digest = f"style-{hashlib.sha256(state.round(6).tobytes()).hexdigest()[:12]}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors `(texts, FEATURES + WIDTH)`."""
        if not texts:
            return np.empty((0, len(FEATURES) + WIDTH), dtype=np.float32)
        figures = np.clip((table(texts) - self._centre) / self._spread, -4, 4)
        halves = [unit_rows(figures), unit_rows(_counts(texts) * self._rarity)]
        return unit_rows(np.hstack(halves)).astype(np.float32)


def _counts(texts: Sequence[str]) -> Floats:
    return gram_counts(texts, lengths=(3,), width=WIDTH)
