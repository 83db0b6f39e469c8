"""What a reply looks like whatever it says: the features that must not decide a preference."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from persona_sdk.words import words


class Style(NamedTuple):
    """Counts of what stands on the surface of a reply."""

    words: int
    negations: int
    hedges: int
    """Words that take back what they stand beside: maybe, perhaps, I think, …"""
    opens_with_no: int
    """1 if the first word is a no, else 0."""
    questions: int
    exclamations: int
    commas: int


def style_of(text: str) -> Style:
    """Count what stands on the surface of `text`.

    Example:
        >>> style_of("No, I don't think so. Do you?")[:4]
        (7, 2, 1, 1)
    """
    found = words(text)
    return Style(
        len(found),
        sum(map(_negates, found)),
        len([word for word in found if word in _HEDGES]),
        int(bool(found) and _negates(found[0])),
        text.count("?"),
        text.count("!"),
        text.count(","),
    )


@lru_cache(maxsize=8192)
def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


_NEGATIONS = frozenset("no not never none nothing nobody nowhere neither nor cannot".split())
_HEDGES = frozenset(
    "maybe perhaps probably possibly might think guess suppose believe seems sure certain usually "
    "sometimes rather somewhat actually honestly".split()
)
