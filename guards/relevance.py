"""The discriminator that tells which statements a query makes active, by vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from guards.cache import ScoreCache
from guards.embedder import WIDTH, Floats
from guards.formats import normalise, search_statement, search_texts
from guards.pairing import check_equally_many
from guards.vectors import KEPT_ROWS, Vectors
from persona_sdk.errors import ScorerError, WeightsError
from persona_sdk.types import Query, Statement, Turn

CACHE_SIZE = 32_768
"""Judgements kept by each discriminator, some 20 MB at most."""


@dataclass(frozen=True, slots=True)
class RelevanceHead:
    """The cosine of two vectors after one trained projection, scaled and shifted to a logit."""

    projection: Floats
    """Shape `(WIDTH, WIDTH)`, applied from the right to queries and statements alike."""
    scale: float
    bias: float
    temperature: float = 1.0
    """The logit is divided by it, above 0."""

    def probabilities(
        self, queries: Floats, statements: Floats, lengths: Floats | None = None
    ) -> Floats:
        """Return the probability of relevance for each row.

        Args:
            queries: Unit vectors `(rows, WIDTH)`, or `(1, WIDTH)` for the same query everywhere.
            statements: Unit vectors `(rows, WIDTH)`.
            lengths: What `lengths` returns for the statements; None computes it.

        Raises:
            ScorerError: A result is no number.
        """
        asked = queries @ self.projection / self.lengths(queries)[:, None]
        # Both sides are projected, but the query bears it all: the statements are many.
        dots = np.einsum("ij,ij->i", asked @ self.projection.T, statements)
        logits = self.scale * dots / (self.lengths(statements) if lengths is None else lengths)
        if not np.isfinite(logits).all():
            raise ScorerError("the relevance head gave a value that is no number")
        # The logistic function, written so that no exponent overflows.
        shifted = (logits + self.bias) / self.temperature
        probable: Floats = 0.5 * (1.0 + np.tanh(0.5 * shifted))
        return probable

    def lengths(self, vectors: Floats) -> Floats:
        """Return how long each of the vectors `(rows, WIDTH)` is after the projection."""
        found: Floats = np.linalg.norm(vectors @ self.projection, axis=1) + 1e-9
        return found


class VectorRelevance:
    """Scores statements against a query by their vectors: thousands in milliseconds.

    Args:
        vectors: Embeds the query; keeps the statements.
        head: Turns two vectors into a probability.
        name: Identifies the weights.
    """

    def __init__(self, vectors: Vectors, head: RelevanceHead, name: str) -> None:
        self._vectors = vectors
        self._head = head
        self._name = name
        self._lengths: ScoreCache[tuple[str, ...], Floats] = ScoreCache(KEPT_ROWS, weigh=len)

    @property
    def name(self) -> str:
        return self._name

    @property
    def vectors(self) -> Vectors:
        """What the statements are compared by, to share with the cascade."""
        return self._vectors

    def relevance(self, query: Query, statements: Sequence[Statement]) -> list[float]:
        if not statements:
            return []
        asked = self._vectors.of_passing(_asked(query))
        texts = tuple(searched(query.character, statements))
        v = self._vectors.of_persona(texts)
        lengths = self._lengths.through([texts], lambda _: [self._head.lengths(v)])[0]
        each = [self._head.probabilities(u[None], v, lengths) for u in asked]
        found: list[float] = np.max(each, axis=0).tolist()
        return found

    def pairs(self, queries: Sequence[Query], statements: Sequence[str]) -> list[float]:
        """Return the probability in [0, 1] that `queries[i]` makes `statements[i]` active.

        Raises:
            ScorerError: The scorer could not judge.
        """
        check_equally_many("queries", queries, "statements", statements)
        texts = [_asked(query) for query in queries]
        pairs = zip(queries, statements, strict=True)
        stated = [search_statement(query.character, text) for query, text in pairs]
        repeated = [text for text, some in zip(stated, texts, strict=True) for _ in some]
        u = self._vectors.of_texts([text for some in texts for text in some])
        scores = iter(self._head.probabilities(u, self._vectors.of_texts(repeated)).tolist())
        return [max(next(scores) for _ in some) for some in texts]


def read_head(path: Path, temperature: float) -> RelevanceHead:
    """Read `projection`, `scale` and `bias` from an npz file.

    Raises:
        WeightsError: The file is none, lacks an array, or one has the wrong shape.
    """
    shapes = {"projection": (WIDTH, WIDTH), "scale": (), "bias": ()}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            arrays = {name: found[name].astype(np.float32) for name in shapes}
    except Exception as error:
        raise WeightsError(f"{path} is no usable relevance head: {error}") from error
    for name, wanted in shapes.items():
        if arrays[name].shape != wanted or not np.isfinite(arrays[name]).all():
            raise WeightsError(
                f"{path}: {name} must hold finite numbers in shape {wanted}, shape was "
                f"{arrays[name].shape}; export the weights again"
            )
    scale, bias = float(arrays["scale"]), float(arrays["bias"])
    return RelevanceHead(arrays["projection"], scale, bias, temperature)


def spoken_turns(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """Return `(role, text)` of what user and character said; system turns are nobody's words."""
    return [(turn.role, turn.content) for turn in turns if turn.role != "system"]


@lru_cache(maxsize=CACHE_SIZE)
def plain(statement: str) -> str:
    """Return a statement as the networks read it; statements come again with every reply."""
    return normalise(statement)


def searched(character: str, statements: Sequence[Statement]) -> list[str]:
    """Return the texts by which statements are embedded, for relevance and the cascade alike."""
    return [search_statement(character, statement.text) for statement in statements]


def _asked(query: Query) -> tuple[str, ...]:
    return search_texts(spoken_turns(query.history), query.text)
