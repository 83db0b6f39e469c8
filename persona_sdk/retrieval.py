"""Relevance by shared words: the retriever that needs no weights."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from persona_sdk.protocols import RelevanceScorer
from persona_sdk.types import Persona, Query, Statement


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
        bags = [_content_words(s.text, query.character) for s in statements]
        asked = _content_words(query.text, query.character)
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


def _content_words(text: str, character: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    own = set(re.findall(r"\w+", character.casefold()))
    return frozenset(_stem(w) for w in words if w not in _STOP and w not in own)


def _stem(word: str) -> str:
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


_STOP = frozenset(
    "a an and are as at be been but by can did do does for from had has have he her hers him his "
    "how i if in is it its me my of on or our she so some that the their them there they this to "
    "us was we were what when where which who whom whose why will with would you your yours about "
    "tell any ever not no".split()
)
