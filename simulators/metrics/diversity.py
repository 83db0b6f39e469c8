"""Diversity: do simulated users differ from each other, and does one say more than one thing?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from persona_sdk.words import words
from simulators.metrics.pairwise import pair_mean
from simulators.metrics.semantic import meanings
from simulators.metrics.spoken import Spoken
from simulators.metrics.subset import at_most
from simulators.metrics.values import Measure, measured
from simulators.protocols import TextEmbedder

WINDOW = 100
"""Words of a conversation that count: distinct-n falls with length, so length is held."""

FEWEST_WORDS = 20
"""A conversation with fewer words is left out of distinct-n."""

MOST_COMPARED = 1000
"""Conversations that are compared each with each; of more, some are drawn."""


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
    firsts = [some for one in spoken if one.user and (some := frozenset(words(one.user[0])))]
    firsts = at_most(firsts, MOST_COMPARED)
    apart = [[1 - len(mine & one) / len(mine | one) for one in firsts] for mine in firsts]
    return _between(
        "first-turn diversity", np.array(apart), "it needs two conversations with words"
    )


def spread(spoken: Sequence[Spoken], embedder: TextEmbedder) -> Measure:
    """Return 1 less the mean cosine between two conversations, in [0, 2].

    Raises:
        ScorerError: The encoder failed.
    """
    some = at_most([one.user for one in spoken if one.user], MOST_COMPARED)
    vectors = np.array(meanings(some, embedder))
    apart = 1 - vectors @ vectors.T
    made = (("encoder", embedder.digest),)
    return _between("spread of meaning", apart, "it needs two conversations", made)


def _between(
    name: str,
    apart: NDArray[np.float64],
    otherwise: str,
    made_with: tuple[tuple[str, str], ...] = (),
) -> Measure:
    """Return the mean distance between two conversations."""
    found = pair_mean(apart)
    return Measure(name, "corpus", "as people", found, made_with, reason="" if found else otherwise)


def _distinct(said: Sequence[str], n: int) -> float:
    grams = [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]
    return len(set(grams)) / len(grams)
