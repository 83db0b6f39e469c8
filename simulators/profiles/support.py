"""Asks an entailment scorer which facts about the user some text supports."""

from __future__ import annotations

from collections.abc import Sequence

from persona_sdk.profile import Fact
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Statement
from simulators.profiles.render import as_query, as_statement

SUPPORTED = 0.5
"""Entailment in [0, 1] from which a fact counts as supported."""

NAME = "Sam"
"""What the user is called before the scorer: characters have names, and networks that were trained
on them read a name better than `The user`."""

MAX_PAIRS = 4_096
"""Pairs in one call of the scorer."""


def support(scorer: EntailmentScorer, texts: Sequence[str], facts: Sequence[Fact]) -> list[float]:
    """Return how strongly the texts support each fact, in [0, 1]: the best of all texts.

    Args:
        scorer: Judges one text against one fact at a time; small networks read no whole dialogue.
        texts: What the user said, in the first person.
        facts: In the second person.

    Raises:
        ScorerError: The scorer could not judge.
    """
    statements = [as_statement(fact, NAME) for fact in facts]
    best = [0.0] * len(facts)
    pairs = [(i, text) for i in range(len(facts)) for text in dict.fromkeys(texts) if text.strip()]
    for first in range(0, len(pairs), MAX_PAIRS):
        some = pairs[first : first + MAX_PAIRS]
        for (i, _), value in zip(some, _judged(scorer, some, statements), strict=True):
            best[i] = max(best[i], value)
    return best


def _judged(
    scorer: EntailmentScorer, pairs: Sequence[tuple[int, str]], statements: Sequence[Statement]
) -> list[float]:
    texts = [text for _, text in pairs]
    judged = scorer.entailment(as_query(name=NAME), texts, [statements[i] for i, _ in pairs])
    return [one.entailment for one in judged]
