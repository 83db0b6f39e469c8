"""Diversity: do simulated users differ from each other, and does one say more than one thing?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from persona_sdk.words import words
from simulators.metrics.semantic import meanings
from simulators.metrics.spoken import Spoken
from simulators.metrics.values import Measure, measured
from simulators.protocols import TextEmbedder

WINDOW = 100
"""Words of a conversation that count: distinct-n falls with length, so length is held."""

FEWEST_WORDS = 20
"""A conversation with fewer words is left out of distinct-n."""

MOST_FIRSTS = 1000
"""First turns that are compared each with each."""


def distinct(spoken: Sequence[Spoken], n: int) -> Measure:
    """Return the mean share in [0, 1] of different n-grams in a conversation's first 100 words.

    Args:
        spoken: Conversations.
        n: Words of an n-gram, at least 1.
    """
    said = [words(" ".join(one.user))[:WINDOW] for one in spoken]
    long = [some for some in said if len(some) >= FEWEST_WORDS]
    return measured(
        f"distinct-{n}",
        "conversation",
        [_distinct(some, n) for some in long],
        better="as people",
        thresholds=(("words", float(WINDOW)), ("fewest words", float(FEWEST_WORDS))),
        otherwise=f"no conversation has {FEWEST_WORDS} words",
        note=f"{len(said) - len(long)} short conversations left out" if said != long else "",
    )


def first_turn_diversity(spoken: Sequence[Spoken]) -> Measure:
    """Return how little first turns share: 1 less the mean Jaccard of their words, in [0, 1]."""
    firsts = [frozenset(words(one.user[0])) for one in spoken if one.user]
    firsts = [some for some in firsts if some]
    firsts = firsts[:: 1 + len(firsts) // (MOST_FIRSTS + 1)]
    values = []
    for i, mine in enumerate(firsts):
        others = [len(mine & one) / len(mine | one) for one in firsts[:i] + firsts[i + 1 :]]
        values += [1 - sum(others) / len(others)] if others else []
    return measured(
        "first-turn diversity",
        "corpus",
        values,
        better="as people",
        otherwise="it needs two conversations with words",
    )


def spread(spoken: Sequence[Spoken], embedder: TextEmbedder) -> Measure:
    """Return 1 less the mean cosine between two conversations, in [0, 2].

    Raises:
        ScorerError: The encoder failed.
    """
    vectors = meanings([one.user for one in spoken if one.user], embedder)
    values: list[float] = []
    if len(vectors) > 1:
        table = np.stack(vectors)
        others = (table @ table.sum(axis=0) - np.square(table).sum(axis=1)) / (len(table) - 1)
        values = [float(1 - other) for other in others]
    return measured(
        "spread of meaning",
        "corpus",
        values,
        better="as people",
        made_with=(("encoder", embedder.digest),),
        otherwise="it needs two conversations",
    )


def _distinct(said: Sequence[str], n: int) -> float:
    grams = [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]
    return len(set(grams)) / len(grams)
