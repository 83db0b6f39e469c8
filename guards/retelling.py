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

SAME = 0.8
"""Entailment from which a sentence says a statement, and the statement the sentence."""

SUSPECTED = 0.4
"""Contradiction from which a sentence is asked whether it only tells a statement again."""

MORE = 0.1
"""Contradiction that sentences together must add to that of a retelling to count against it."""


def retellings(
    scorer: EntailmentScorer,
    character: str,
    evidence: Sequence[Evidence],
    prose: Mapping[int, str],
) -> frozenset[int]:
    """Return where the sentences start that contradict a statement but only tell another again.

    A sentence tells a statement again if it entails it and the statement, said by the character
    to nobody in particular, entails the sentence: then it claims neither less nor more.

    Args:
        scorer: Judges the statements as replies.
        character: Who speaks.
        evidence: The sentences beside the statements.
        prose: Each sentence as it was judged, by its start.

    Raises:
        ScorerError: The scorer could not judge.
    """
    suspects = {e.start for e in evidence if e.entailment.contradiction >= SUSPECTED}
    asked = [e for e in evidence if e.start in suspects and e.entailment.entailment >= SAME]
    if not asked:
        return frozenset()
    back = scorer.entailment(
        Query(character, ""),
        [first_person(e.statement.text, character) for e in asked],
        [Statement("said", prose[e.start]) for e in asked],
    )
    return frozenset(e.start for e, b in zip(asked, back, strict=True) if b.entailment >= SAME)


def calmed(found: Entailment, statement: Statement) -> Entailment:
    """Return what is found of a retelling: no contradiction, but of what is not to be told."""
    if binds_tongue(statement):
        return found
    return Entailment(0.0, 1.0 - found.entailment, found.entailment)


def adds(together: Entailment, evidence: Sequence[Evidence], told: frozenset[int]) -> bool:
    """Whether sentences together contradict a statement more than the retellings among them.

    Args:
        together: All sentences beside the statement.
        evidence: Each sentence beside the same statement.
        told: Where the retellings start.
    """
    most = max((e.entailment.contradiction for e in evidence if e.start in told), default=None)
    return most is None or together.contradiction > most + MORE
