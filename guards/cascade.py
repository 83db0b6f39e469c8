"""Which statements a reply can touch: only those go to the entailment scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from guards.formats import normalise
from guards.measurement import COVERAGE_TOP
from guards.relevance import VectorRelevance, searched
from guards.utterances import Utterance
from guards.vectors import Vectors
from persona_sdk.protocols import RelevanceScorer
from persona_sdk.types import Query, Statement
from persona_sdk.words import content_words

SMALL = 24
"""Statements of a persona that is judged whole."""

LEAST, MOST = 16, 32
"""Statements that score best for the whole reply and are judged in a larger one."""

NEAR = 0.3
"""Score from which a statement is one of them, if there is room."""

A_SENTENCE = 4
"""Statements that score best for one sentence: judged too, so that no sentence goes unread."""

HARD_MOST = 64
"""Hard statements that are judged whatever the reply says; of more, those that score best."""

PAIRS = 24
"""Pairs of a sentence and a statement that are judged apart, for a reply of few sentences."""

PAIRS_A_SENTENCE = 6
"""The same for each sentence of a long reply; `A_SENTENCE` of them are its own in any case."""

HARD_BONUS = 0.1
"""Added to the score of hard statements: to miss one costs more."""

RELEVANCE_SHARE = 0.2
"""Added to the nearness of a statement that the query surely makes active."""

TELLING_WORDS = 3
"""Content words from which a reply is compared alone; a shorter one takes the query along."""

Floats = NDArray[np.float32]


class Nearness(Protocol):
    """How near are texts to statements?"""

    def nearness(
        self, character: str, texts: Sequence[str], statements: Sequence[Statement]
    ) -> Floats:
        """Return a value in [-1, 1] for each pair, shape `(texts, statements)`, higher is nearer.

        Raises:
            ScorerError: The texts could not be compared.
        """
        ...


class VectorNearness:
    """The cosine of two texts.

    Args:
        vectors: May be shared with `VectorRelevance`.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearness(
        self, character: str, texts: Sequence[str], statements: Sequence[Statement]
    ) -> Floats:
        u = self._vectors.of_passing([normalise(text) for text in texts])
        found: Floats = u @ self._vectors.of_persona(searched(character, statements)).T
        return found


class WordNearness:
    """The share of a statement's content words that a text holds; needs no model.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> said, facts = ["I drink tea."], as_statements(["Tea calms Alice."])
        >>> WordNearness().nearness("Alice", said, facts).round(2)
        array([[0.33]], dtype=float32)
    """

    def nearness(
        self, character: str, texts: Sequence[str], statements: Sequence[Statement]
    ) -> Floats:
        said = [content_words(text) for text in texts]
        named = [content_words(statement.text) for statement in statements]
        shares = [[len(s & n) / max(1, len(n)) for n in named] for s in said]
        return np.array(shares, dtype=np.float32).reshape(len(said), len(named))


def nearness_beside(relevance: RelevanceScorer) -> Nearness:
    """Return what compares by the vectors that `relevance` has, or else by words."""
    if isinstance(relevance, VectorRelevance):
        return VectorNearness(relevance.vectors)
    return WordNearness()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reply can touch."""

    places: tuple[int, ...]
    """Positions of the statements to judge, ascending."""
    scores: Mapping[tuple[int, str], float]
    """Of the sentence that starts there and the statement of that id, the chosen ones only."""
    closest: frozenset[tuple[int, str]]
    """Those that score best for their sentence."""
    throughout: frozenset[str]
    """Ids of those that are chosen for the reply; the others are closest to a sentence."""
    pairs: int
    """Sentences against statements to judge apart, at most, the closest included."""


def reach(
    compare: Nearness,
    query: Query,
    relevance: Sequence[float],
    statements: Sequence[Statement],
    said: Sequence[Utterance],
) -> Reach:
    """Choose the statements that a reply can touch.

    A statement scores for a sentence by its nearness, by its relevance to the query and by being
    hard; for the reply, by the nearest sentence or the whole. Chosen are

    - the `LEAST` that score best for the reply, and up to `MOST` that score at least `NEAR`;
    - the `A_SENTENCE` that score best for each sentence: a long reply is read against more;
    - all hard ones up to `HARD_MOST`;
    - the `COVERAGE_TOP` most relevant ones, so that coverage counts nothing unread.

    Args:
        compare: Compares sentences with statements.
        query: What the reply answers.
        relevance: One value in [0, 1] a statement.
        statements: All of the persona.
        said: The sentences of the reply.

    Raises:
        ScorerError: The texts could not be compared.
    """
    claims = [utterance for utterance in said if utterance.makes_claim]
    texts = [*(claim.prose for claim in claims), _whole(query, said)]
    asked = np.asarray(relevance, dtype=np.float32)
    hard = np.array([s.hard for s in statements], dtype=np.bool_)
    near = compare.nearness(query.character, texts, statements)
    score = near + (RELEVANCE_SHARE * asked + HARD_BONUS * hard)
    closest = [_best(row, A_SENTENCE) for row in score[:-1]]
    everywhere = _chosen(score.max(axis=0), asked, hard)
    chosen = sorted(everywhere.union(*closest))

    def of_claims(rows: Sequence[Sequence[int]]) -> dict[tuple[int, str], float]:
        return {
            (claims[row].start, statements[place].id): float(score[row, place])
            for row, places in enumerate(rows)
            for place in places
        }

    most = max(PAIRS, PAIRS_A_SENTENCE * len(claims))
    scores = of_claims([chosen] * len(claims))
    throughout = frozenset(statements[place].id for place in everywhere)
    return Reach(tuple(chosen), scores, frozenset(of_claims(closest)), throughout, most)


def _chosen(best: Floats, asked: Floats, hard: NDArray[np.bool_]) -> set[int]:
    """Return what is judged whatever single sentences say; `best` scores for the reply."""
    count = min(max(LEAST, int((best >= NEAR).sum())), MOST)
    hard_ones = _best(np.where(hard, best, -np.inf), min(int(hard.sum()), HARD_MOST))
    return {*_best(best, count), *hard_ones, *_best(asked, COVERAGE_TOP)}


def _best(score: Floats, count: int) -> list[int]:
    """Return the places of the `count` highest scores, the first among equals."""
    places: list[int] = np.argsort(-score, kind="stable")[:count].tolist()
    return places


def _whole(query: Query, said: Sequence[Utterance]) -> str:
    prose = " ".join(utterance.prose for utterance in said)
    return prose if len(content_words(prose)) >= TELLING_WORDS else f"{query.text} {prose}"
