"""Sentences of a reply that say one of the persona's statements in other words.

Statements of a persona agree with each other, so who says one of them contradicts no other. The
discriminators read a sentence against one statement at a time and cannot know that: "I cheat at
dice." beside "Hester pretends to be strict with Wick."
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guards.measurement import Evidence
from guards.recital import binds_tongue
from persona_sdk.experience import first_person
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Entailment, Query, Statement
from persona_sdk.words import content_words, is_negated, words

SAME = 0.8
"""Entailment from which a sentence says a statement, and the statement the sentence."""

SUSPECTED = 0.4
"""Contradiction from which a sentence is asked whether it only tells a statement again."""

MORE = 0.1
"""Contradiction that sentences together must add to that of a retelling to count against it."""

OTHERS = 0.1
"""Contradiction of another sentence from which all sentences together count in any case."""


def retellings(
    scorer: EntailmentScorer,
    character: str,
    evidence: Sequence[Evidence],
    prose: Mapping[int, str],
) -> frozenset[int]:
    """Return where the sentences start that contradict a statement but only tell another again.

    A sentence tells a statement again if it entails it, with the query and by itself, and the
    statement, said by the character, entails the sentence: then it claims neither less nor more.
    Numbers, negation and words such as "was", "once" or "only" must be the same in both, for the
    scorers are weak there.

    Args:
        scorer: Judges the sentences and the statements as replies to nothing in particular.
        character: Who speaks.
        evidence: The sentences beside the statements.
        prose: Each sentence as it was judged, by its start.

    Raises:
        ScorerError: The scorer could not judge.
    """
    suspects = {e.start for e in evidence if e.entailment.contradiction >= SUSPECTED}
    told = [
        (e.start, e.statement, first_person(e.statement.text, character))
        for e in evidence
        if e.start in suspects
        and e.entailment.entailment >= SAME
        and not binds_tongue(e.statement)
        and _alike(prose[e.start], first_person(e.statement.text, character))
    ]
    if not told:
        return frozenset()
    alone = Query(character, "")
    there = scorer.entailment(alone, [prose[i] for i, _, _ in told], [s for _, s, _ in told])
    back = scorer.entailment(
        alone, [said for _, _, said in told], [Statement("said", prose[i]) for i, _, _ in told]
    )
    return frozenset(
        start
        for (start, _, _), one, other in zip(told, there, back, strict=True)
        if min(one.entailment, other.entailment) >= SAME
    )


def calmed(found: Entailment, statement: Statement) -> Entailment:
    """Return what is found of a retelling: no contradiction, but of what is not to be told."""
    if binds_tongue(statement):
        return found
    return Entailment(0.0, 1.0 - found.entailment, found.entailment)


def adds(together: Entailment, evidence: Sequence[Evidence], told: frozenset[int]) -> bool:
    """Whether sentences together contradict a statement on account of more than retellings.

    Args:
        together: All sentences beside the statement.
        evidence: Each sentence beside the same statement.
        told: Where the retellings start.
    """
    again = [e.entailment.contradiction for e in evidence if e.start in told]
    others = [e.entailment.contradiction for e in evidence if e.start not in told]
    if not again or max(others, default=0.0) >= OTHERS:
        return True
    return together.contradiction > max(again) + MORE


def _alike(sentence: str, statement: str) -> bool:
    """Whether both have a topic, and the same numbers, negation and words that shift the sense."""
    return (
        bool(content_words(sentence))
        and is_negated(sentence) == is_negated(statement)
        and _shifts(sentence) == _shifts(statement)
    )


def _shifts(text: str) -> set[str]:
    return {w for w in words(text) if w in _SHIFTING or any(map(str.isdigit, w))}


_SHIFTING = frozenset(
    "was were used once former formerly longer only still until except unless if before after ago "
    "sometimes always often every all none half more less two three four five six seven eight nine "
    "ten eleven twelve twenty thirty forty fifty hundred thousand".split()
)
"""Words of time, condition, amount and number."""
