"""Which sentence of a reply bears on which statement: found apart, so that none drowns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from guards.measurement import Evidence
from guards.utterances import Utterance
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import ConstraintScore, Entailment, Query
from persona_sdk.words import content_words

DOUBT = 0.1
"""Contradiction of the whole reply from which each of its sentences is judged apart."""

ACTIVE = 0.5
"""Relevance from which each sentence is judged apart, whatever the whole reply says."""


def gather(
    scorer: EntailmentScorer,
    query: Query,
    constraints: Sequence[ConstraintScore],
    draft: str,
    said: Sequence[Utterance],
) -> tuple[Evidence, ...]:
    """Judge each sentence that makes a claim against the statements that it may touch.

    Those are the statements that the whole reply contradicts a little (`DOUBT`), that the query
    makes active (`ACTIVE`), or that share a content word with the sentence. Where all sentences
    together contradict a statement more than any of them alone, the worst of them stands for it;
    questions and greetings are left out of that too.

    Args:
        scorer: Judges the sentences.
        query: What the reply answers.
        constraints: The whole reply against every statement.
        draft: The reply.
        said: Its sentences.

    Raises:
        ScorerError: The scorer could not judge.
    """
    claims = [utterance for utterance in said if utterance.makes_claim]
    pairs = [
        _Pair(constraint, claim, remote)
        for constraint in constraints
        for claim in claims
        if not (remote := _is_remote(claim, constraint, query))
        or constraint.entailment.contradiction >= DOUBT
    ]
    if len(said) == 1:
        return tuple(_evidence(draft, pair, pair.constraint.entailment) for pair in pairs)
    touched = list({p.constraint.statement.id: p.constraint for p in pairs}.values())
    apart = touched if 1 < len(claims) < len(said) else []
    judged = scorer.entailment(
        query,
        [pair.claim.prose for pair in pairs] + [" ".join(c.prose for c in claims)] * len(apart),
        [pair.constraint.statement for pair in pairs] + [c.statement for c in apart],
    )
    together = {c.statement.id: e for c, e in zip(apart, judged[len(pairs) :], strict=True)}
    if len(claims) == len(said):
        together = {c.statement.id: c.entailment for c in touched}
    found = zip(pairs, judged[: len(pairs)], strict=True)
    return _with_together([_evidence(draft, pair, e) for pair, e in found], together)


class _Pair(NamedTuple):
    constraint: ConstraintScore
    claim: Utterance
    remote: bool


def _is_remote(claim: Utterance, constraint: ConstraintScore, query: Query) -> bool:
    if constraint.relevance >= ACTIVE:
        return False
    named = content_words(constraint.statement.text) - content_words(query.character)
    return named.isdisjoint(content_words(claim.prose))


def _evidence(draft: str, pair: _Pair, judged: Entailment) -> Evidence:
    constraint, claim, remote = pair
    return Evidence(
        statement=constraint.statement,
        sentence=draft[claim.start : claim.end],
        start=claim.start,
        end=claim.end,
        kind=claim.kind,
        relevance=constraint.relevance,
        entailment=judged,
        remote=remote,
    )


def _with_together(
    evidence: Sequence[Evidence], together: Mapping[str, Entailment]
) -> tuple[Evidence, ...]:
    """Give each statement's worst sentence the score of all sentences where that is worse."""
    joined = list(evidence)
    worst: dict[str, int] = {}
    for place, item in enumerate(joined):
        best = worst.setdefault(item.statement.id, place)
        if item.entailment.contradiction > joined[best].entailment.contradiction:
            worst[item.statement.id] = place
    for identifier, judged in together.items():
        place = worst[identifier]
        if judged.contradiction > joined[place].entailment.contradiction:
            joined[place] = replace(joined[place], entailment=judged)
    return tuple(joined)
