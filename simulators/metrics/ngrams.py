"""Character n-grams as vectors: hashed counts, the same on every machine."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def gram_counts(
    texts: Sequence[str], *, lengths: tuple[int, ...], width: int
) -> NDArray[np.float64]:
    """Return damped counts `(texts, width)` of the n-grams: `log(1 + n)`.

    Case is kept and runs of space count as one: both tell how somebody writes.

    Args:
        texts: Turns.
        lengths: Of the n-grams, each at least 1.
        width: Buckets that the n-grams are hashed to.
    """
    rows = np.zeros((len(texts), width))
    for row, text in zip(rows, texts, strict=True):
        for gram, count in grams(text, lengths).items():
            row[zlib.crc32(gram.encode()) % width] += count
    return np.log1p(rows)


def grams(text: str, lengths: tuple[int, ...] = (3,)) -> Counter[str]:
    """Return how often each n-gram stands in `text`, a space at either end.

    Example:
        >>> sorted(grams("ok"))
        [' ok', 'ok ']
    """
    padded = f" {' '.join(text.split())} "
    return Counter(padded[i : i + n] for n in lengths for i in range(len(padded) - n + 1))


def unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows at length 1; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
