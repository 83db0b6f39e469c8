"""Which sentence of a reply bears on which statement: found apart, so that none drowns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from guards.cascade import Reach
from guards.measurement import Evidence
from guards.passages import read_whole
from guards.retelling import adds, calmed, retellings
from guards.utterances import Utterance
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import ConstraintScore, Entailment, Query
from persona_sdk.words import content_words

DOUBT = 0.1
"""Contradiction of the whole reply from which each of its sentences is judged apart."""

ACTIVE = 0.5
"""Relevance from which each sentence is judged apart, whatever the whole reply says."""


class Gathered(NamedTuple):
    """What the sentences of a reply show."""

    evidence: tuple[Evidence, ...]
    retold: bool
    """Whether each sentence that makes a claim only tells a statement again."""


def gather(
    scorer: EntailmentScorer,
    query: Query,
    constraints: Sequence[ConstraintScore],
    draft: str,
    said: Sequence[Utterance],
    reach: Reach | None = None,
) -> Gathered:
    """Judge each sentence that makes a claim against the statements that it may touch.

    Those are the statements that the whole reply contradicts a little (`DOUBT`), that the query
    makes active (`ACTIVE`), that share a content word with the sentence, or that are closest to it
    among the statements of a large persona. Where all sentences
    together contradict a statement more than any of them alone, the worst of them stands for it;
    questions and greetings are left out of that too. A sentence that only tells a statement again
    contradicts none.

    Args:
        scorer: Judges the sentences.
        query: What the reply answers.
        constraints: The whole reply against the statements that were judged.
        draft: The reply.
        said: Its sentences.
        reach: Bounds the pairs that are judged, but each sentence keeps those that are closest to
            it; None judges all.

    Raises:
        ScorerError: The scorer could not judge.
    """
    claims = [utterance for utterance in said if utterance.makes_claim]
    closest = reach.closest if reach else frozenset()
    pairs = [
        _Pair(constraint, claim, remote)
        for constraint in constraints
        for claim in claims
        if not (remote := _is_remote(claim, constraint, query))
        or constraint.entailment.contradiction >= DOUBT
        or (claim.start, constraint.statement.id) in closest
    ]
    if len(said) == 1:
        found = [_evidence(draft, pair, pair.constraint.entailment) for pair in pairs]
    else:
        pairs = _nearest(pairs, reach) if reach else pairs
        judged = scorer.entailment(
            query, [p.claim.prose for p in pairs], [p.constraint.statement for p in pairs]
        )
        found = [_evidence(draft, pair, e) for pair, e in zip(pairs, judged, strict=True)]
    prose = {claim.start: claim.prose for claim in claims}
    told = retellings(scorer, query.character, found, prose)
    together = _together(scorer, query, pairs, found, said, reach) if len(said) > 1 else {}
    calm = [
        replace(e, entailment=calmed(e.entailment, e.statement)) if e.start in told else e
        for e in found
    ]
    return Gathered(
        _with_together(calm, _added(together, found, told)), bool(told) and told.issuperset(prose)
    )


class _Pair(NamedTuple):
    constraint: ConstraintScore
    claim: Utterance
    remote: bool


def _nearest(pairs: Sequence[_Pair], reach: Reach) -> list[_Pair]:
    """Keep the closest pairs of each sentence and the best of the others, in their order."""

    def rank(place: int) -> float:
        constraint, claim, _ = pairs[place]
        score = reach.scores[claim.start, constraint.statement.id]
        return max(score, constraint.entailment.contradiction)

    own = {
        place
        for place, (constraint, claim, _) in enumerate(pairs)
        if (claim.start, constraint.statement.id) in reach.closest
    }
    others = sorted((p for p in range(len(pairs)) if p not in own), key=rank, reverse=True)
    return [pairs[place] for place in sorted([*own, *others[: reach.pairs - len(own)]])]


def _doubtful(pairs: Sequence[_Pair], found: Sequence[Evidence]) -> list[ConstraintScore]:
    """Return the statements that the whole reply or one of its sentences contradicts a little."""
    doubted = {
        pair.constraint.statement.id: pair.constraint
        for pair, evidence in zip(pairs, found, strict=True)
        if max(pair.constraint.entailment.contradiction, evidence.entailment.contradiction) >= DOUBT
    }
    return list(doubted.values())


def _together(
    scorer: EntailmentScorer,
    query: Query,
    pairs: Sequence[_Pair],
    found: Sequence[Evidence],
    said: Sequence[Utterance],
    reach: Reach | None,
) -> dict[str, Entailment]:
    """Judge the sentences that make claims as one text, against the statements in doubt."""
    claims = [utterance for utterance in said if utterance.makes_claim]
    doubtful = _doubtful(pairs, found)
    if len(claims) == len(said):
        return {c.statement.id: c.entailment for c in doubtful}
    if len(claims) < 2:
        return {}
    prose = " ".join(claim.prose for claim in claims)
    joined = read_whole(scorer, query, prose, claims, [c.statement for c in doubtful], reach)
    return {c.statement.id: e for c, e in zip(doubtful, joined, strict=True)}


def _added(
    together: Mapping[str, Entailment], found: Sequence[Evidence], told: frozenset[int]
) -> dict[str, Entailment]:
    """Keep what is more than the retellings among the sentences contradict on their own."""
    return {
        identifier: judged
        for identifier, judged in together.items()
        if adds(judged, [e for e in found if e.statement.id == identifier], told)
    }


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
