"""Finds pairs that stand twice, in one pass: near-equal texts share a key."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from persona_sdk.training.preferences.likeness import same_content, same_words
from persona_sdk.types import PreferencePair, Turn


class Unique(NamedTuple):
    """Pairs that differ, and how many were left out."""

    pairs: list[PreferencePair]
    repeated: int
    """Pairs as good as an earlier one: same character, same turns, near-equal replies."""
    against: int
    """Pairs that prefer what an earlier one rejects, under the same turns."""


def without_duplicates(pairs: Iterable[PreferencePair]) -> Unique:
    """Keep the first of the pairs that say the same, and drop those that gainsay it."""
    kept: list[PreferencePair] = []
    seen: set[Hashable] = set()
    repeated = against = 0
    for pair in pairs:
        said = (pair.persona, *((t.role, same_words(t.content)) for t in _talk(pair)))
        chosen, rejected = same_content(pair.chosen), same_content(pair.rejected)
        if (said, chosen, rejected) in seen:
            repeated += 1
        elif (said, rejected, chosen) in seen:
            against += 1
        else:
            seen.add((said, chosen, rejected))
            kept.append(pair)
    return Unique(kept, repeated, against)


def _talk(pair: PreferencePair) -> Iterable[Turn]:
    """The turns, and the persona block only where it alone names the character."""
    return (turn for turn in pair.prompt if turn.role != "system" or not pair.persona)
