"""Content words of a text: what word-overlap baselines, doubles and the prefilter compare."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def words(text: str) -> list[str]:
    """Return the lower-case words of `text` in order; contractions stay whole.

    Example:
        >>> words("No, I don't!")
        ['no', 'i', "don't"]
    """
    return [w.replace("’", "'") for w in _WORD.findall(text.lower())]


@lru_cache(maxsize=16_384)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words in `text` that carry meaning.

    Example:
        >>> sorted(content_words("She is drinking two coffees."))
        ['cof', 'drink', 'two']
    """
    return frozenset(_stem(w) for w in words(text) if w not in _FUNCTION_WORDS and not _negates(w))


def is_negated(text: str) -> bool:
    """Return whether `text` holds an odd number of negation words."""
    return sum(_negates(w) for w in words(text)) % 2 == 1


def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _stem(word: str) -> str:
    """Cut the commonest English endings; crude on purpose, as both sides are cut alike."""
    word = word.removesuffix("'s")
    suffix = next((s for s in ("ing", "ed", "es", "s") if word.endswith(s)), "")
    if suffix and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
        word = word.removesuffix(suffix)
    stem = word.rstrip("eiy") or word
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem


_NEGATIONS = frozenset(
    "no not never none nothing nobody nowhere neither nor without cannot hate hates hated dislike "
    "dislikes avoid avoids refuse refuses".split()
)
_FUNCTION_WORDS = frozenset(
    "a about all also am an and any are as at be been being but by can could did do does for "
    "from had has have he her hers herself him himself his i i'd i'll i'm i've if in into is it "
    "it's its just like likes love loves me mine my myself of on one or our ours out own she "
    "should so some than that that's the their theirs them then there these they they're this "
    "those to too up us very was we we're were what when where which while who whom whose why "
    "will with would yes you you're your yours yourself".split()
)
