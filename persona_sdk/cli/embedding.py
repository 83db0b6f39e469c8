"""The built-in encoder in the shape that simulators take: a `TextEmbedder`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from guards.vectors import Vectors


class BuiltinEmbedder:
    """Embeds with the vectors behind the built-in relevance scorer.

    Args:
        vectors: Of the scorer; texts that come again are not embedded twice.
        digest: Names the weights.
    """

    def __init__(self, vectors: Vectors, digest: str) -> None:
        self._vectors = vectors
        self.digest = digest

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._vectors.of_texts(texts)


def load_embedder() -> BuiltinEmbedder:
    """Load the encoder.

    Raises:
        WeightsError: The shipped weights are missing or broken.
    """
    from guards.load import load_scorers

    relevance = load_scorers().relevance
    return BuiltinEmbedder(relevance.vectors, f"{relevance.name} embedder")
