"""When two texts count as the same: by hash, so that many of them cost no comparison of pairs."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from persona_sdk.words import content_words, is_negated, words


def same_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in order; equal for texts that differ in case and marks only.

    A text without words, such as one in emoji, stands for itself.

    Example:
        >>> same_words("Do you like TEA?") == same_words("do you like tea")
        True
    """
    return tuple(words(text)) or (text.strip(),)


def same_content(text: str) -> Hashable:
    """Return a key that near-equal replies share: content words whatever their order, and polarity.

    Example:
        >>> same_content("I really do like my bees.") == same_content("Bees, I like really.")
        True
        >>> same_content("I keep bees.") == same_content("I do not keep bees.")
        False
    """
    found = [_read(word) for word in words(text)]
    content = frozenset[str]().union(*(stems for stems, _ in found))
    return content or same_words(text), sum(negates for _, negates in found) % 2 == 1


@lru_cache(maxsize=16_384)
def _read(word: str) -> tuple[frozenset[str], bool]:
    """Texts differ, but their words recur."""
    return content_words(word), is_negated(word)
