"""How likely a GGUF model finds a text: the log-probabilities of its tokens, nothing sampled."""

from __future__ import annotations

from collections.abc import Sequence

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from persona_sdk.models.llama_vocabulary import Chunk

ROWS = 64
"""Tokens that are evaluated at once: llama.cpp keeps the logits of them all, which takes as many
rows of the vocabulary's size, 12 MB for 49 thousand tokens."""


def log_probabilities(logits: NDArray[np.float32], tokens: Sequence[int]) -> list[float]:
    """Return the natural log-probability of each token under its row of logits.

    Args:
        logits: `(tokens, vocabulary)`.
        tokens: One for each row.

    Example:
        >>> log_probabilities(np.zeros((1, 4), np.float32), [2])
        [-1.3862943611198906]
    """
    rows = logits.astype(np.float64)
    chosen = rows[np.arange(len(tokens)), tokens]
    top = rows.max(axis=1, keepdims=True)
    totals = top[:, 0] + np.log(np.exp(rows - top).sum(axis=1))
    return [float(one) for one in chosen - totals]


def row_of_logits(context: object, row: int, vocabulary: int) -> NDArray[np.float32]:
    """Return a copy of the logits of a row of what was evaluated last; -1 is the last one."""
    pointer = llama_cpp.llama_get_logits_ith(context, row)
    held: NDArray[np.float32] = np.ctypeslib.as_array(pointer, (vocabulary,))
    return held.copy()


def blocks(tokens: Chunk, size: int = ROWS) -> list[tuple[Chunk, Chunk]]:
    """Cut into what is evaluated and what follows each token of it.

    Example:
        >>> blocks((1, 2, 3, 4), 2)
        [((1, 2), (2, 3)), ((3,), (4,))]
    """
    return [
        (tokens[at : min(at + size, len(tokens) - 1)], tokens[at + 1 : at + size + 1])
        for at in range(0, len(tokens) - 1, size)
    ]
