"""The discriminator that tells which statements a query makes active."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from guards.cache import ScoreCache
from guards.config import LABELS
from guards.encoder import Encoder, Pair
from guards.formats import normalise, relevance_query
from persona_sdk.types import Query, Statement, Turn

CACHE_SIZE = 32_768
"""Judgements kept by each discriminator, some 20 MB at most."""

QUERY_TAIL = 40
"""Characters at the end of the query that must be read beside the statement."""

_RELEVANT = LABELS["relevance"].index("relevant")


class EncoderRelevance:
    """Scores statements against a query with the encoder's relevance head.

    A judgement depends on statement, query and earlier turns only, so it is kept: the same query
    is judged once, however many replies are checked.

    Args:
        encoder: May be shared with `EncoderEntailment`.
        cache_size: Number of judgements kept, at least 1.
    """

    def __init__(self, encoder: Encoder, *, cache_size: int = CACHE_SIZE) -> None:
        self._encoder = encoder
        self._cache: ScoreCache[Pair, float] = ScoreCache(cache_size)

    @property
    def name(self) -> str:
        return self._encoder.config.name

    def relevance(self, query: Query, statements: Sequence[Statement]) -> list[float]:
        return self.pairs([query] * len(statements), [s.text for s in statements])

    def pairs(self, queries: Sequence[Query], statements: Sequence[str]) -> list[float]:
        """Return the probability in [0, 1] that `queries[i]` makes `statements[i]` active.

        Raises:
            ScorerError: A statement is too long to be read beside its query.
        """
        firsts = {query: _first(query) for query in set(queries)}
        keys = [
            Pair(firsts[query], plain(statement), min(QUERY_TAIL, len(query.text)))
            for query, statement in zip(queries, statements, strict=True)
        ]
        return self._cache.through(keys, self._judge)

    def _judge(self, pairs: list[Pair]) -> list[float]:
        table = self._encoder.probabilities("relevance", pairs)
        return [float(row[_RELEVANT]) for row in table]


def spoken_turns(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    """Return `(role, text)` of what user and character said; system turns are nobody's words."""
    return [(turn.role, turn.content) for turn in turns if turn.role != "system"]


@lru_cache(maxsize=CACHE_SIZE)
def plain(statement: str) -> str:
    """Return a statement as the encoder reads it; statements come again with every reply."""
    return normalise(statement)


def _first(query: Query) -> str:
    return relevance_query(query.character, spoken_turns(query.history), query.text)
