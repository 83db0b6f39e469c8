"""Reads a long reply beside many statements: each beside what the reply says near it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guards.cascade import Reach
from guards.utterances import Utterance
from guards.windows import strongest
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Entailment, Query, Statement

LONG = 2000
"""Characters of a reply above which single sentences do not bring their statements to all of it."""

PASSAGE = 400
"""Characters of a passage, about what the encoder reads at once; a longer sentence stands alone."""


def read_whole(
    scorer: EntailmentScorer,
    query: Query,
    text: str,
    said: Sequence[Utterance],
    statements: Sequence[Statement],
    reach: Reach | None = None,
) -> list[Entailment]:
    """Judge all that is said against each statement.

    A text of more than `LONG` characters goes through the scorer many times. So a statement that
    only single sentences brought up is judged against the passages that hold one of them, and the
    strongest contradiction and entailment count.

    Args:
        scorer: Judges the texts.
        query: What the reply answers.
        text: All that is said.
        said: Its sentences.
        statements: Those that were chosen.
        reach: Tells which of them single sentences brought up; None reads all beside all.

    Raises:
        ScorerError: The scorer could not judge.
    """
    if reach is None or len(text) <= LONG:
        return scorer.entailment(query, [text] * len(statements), statements)
    passages = _passages(said)
    texts = [_near(statement, text, passages, reach) for statement in statements]
    judged = iter(
        scorer.entailment(
            query,
            [part for parts in texts for part in parts],
            [s for s, parts in zip(statements, texts, strict=True) for _ in parts],
        )
    )
    return [strongest([next(judged) for _ in parts]) for parts in texts]


class _Passage(NamedTuple):
    text: str
    starts: tuple[int, ...]
    """Where its sentences start in the reply."""


def _passages(said: Sequence[Utterance]) -> list[_Passage]:
    """Pack sentences that follow each other."""
    packed: list[list[Utterance]] = []
    for utterance in said:
        if packed and len(_joined([*packed[-1], utterance])) <= PASSAGE:
            packed[-1].append(utterance)
        else:
            packed.append([utterance])
    return [_Passage(_joined(some), tuple(u.start for u in some)) for some in packed]


def _near(statement: Statement, text: str, passages: Sequence[_Passage], reach: Reach) -> list[str]:
    if statement.id in reach.throughout:
        return [text]
    return [
        passage.text
        for passage in passages
        if any((start, statement.id) in reach.closest for start in passage.starts)
    ]


def _joined(said: Sequence[Utterance]) -> str:
    return " ".join(utterance.prose for utterance in said)
