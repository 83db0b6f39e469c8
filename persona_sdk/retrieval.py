"""Relevance by shared words: the retriever that needs no weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

from persona_sdk.protocols import RelevanceScorer
from persona_sdk.types import Persona, Query, Statement
from persona_sdk.words import content_words


class WordOverlapRelevance:
    """Scores a statement by the rare words it shares with the query.

    The score is the inverse-frequency weight of the shared words over that of the query's words,
    in [0, 1]. It is a baseline and a stand-in where no discriminator is at hand.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> facts = as_statements(["Tess keeps bees.", "Tess is 40."])
        >>> WordOverlapRelevance().relevance(Query("Tess", "Do you keep bees?"), facts)
        [1.0, 0.0]
    """

    name = "word-overlap"

    def relevance(self, query: Query, statements: Sequence[Statement]) -> list[float]:
        name = content_words(query.character)
        bags = [content_words(s.text) - name for s in statements]
        asked = content_words(query.text) - name
        rarity = {w: math.log(1 + len(bags) / (1 + sum(w in b for b in bags))) for w in asked}
        known = sum(rarity[w] for w in asked if any(w in b for b in bags))
        if not known:
            return [0.0] * len(statements)
        return [sum(rarity[w] for w in asked & bag) / known for bag in bags]


def most_relevant(
    persona: Persona, query: Query, k: int, scorer: RelevanceScorer
) -> tuple[Statement, ...]:
    """Return the `k` statements most relevant to the query, the best first.

    The paper's RAG baseline (arXiv 2405.07726, section 4) takes five.
    """
    scores = scorer.relevance(query, persona.statements)
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return tuple(persona.statements[i] for i in order[:k])
