"""Sem-Sim: does the simulated user say what the real one said?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulators.metrics.spoken import Pairs
from simulators.metrics.values import Measure, measured
from simulators.protocols import TextEmbedder


def sem_sim(pairs: Pairs, embedder: TextEmbedder) -> Measure:
    """Return the mean cosine in [-1, 1] between simulated and real user turns.

    A conversation is the mean of its turns' vectors, for an encoder that reads a hundred tokens
    would see the end of a concatenation only.

    Raises:
        ScorerError: The encoder failed.
    """
    mine = meanings([pair.simulated for pair in pairs.pairs], embedder)
    yours = meanings([pair.real for pair in pairs.pairs], embedder)
    return measured(
        "Sem-Sim",
        pairs.level,
        [float(a @ b) for a, b in zip(mine, yours, strict=True)],
        groups=[pair.id for pair in pairs.pairs],
        made_with=(("encoder", embedder.digest),),
        otherwise=pairs.reason,
        note=pairs.note,
    )


def meanings(texts: Sequence[Sequence[str]], embedder: TextEmbedder) -> list[NDArray[np.float64]]:
    """Return one unit vector for each group of turns: the direction of their mean.

    Raises:
        ScorerError: The encoder failed.
    """
    every = [turn for some in texts for turn in some]
    if not every:
        return []
    vectors = embedder.embed(every).astype(np.float64)
    ends = np.cumsum([len(some) for some in texts])
    return [unit(part.mean(axis=0)) for part in np.split(vectors, ends[:-1])]


def unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction of `vector`; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
