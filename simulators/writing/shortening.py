"""Cuts a turn to about a number of words, where a sentence or clause ends."""

from __future__ import annotations

import math
import random
import re

from persona_sdk.profile import Style
from simulators.stylometry import words_of

_FEWEST_CUT = 3
"""Words that stay where a clause is cut in its middle."""

MOST_WORDS = 120
"""Longer turns are not asked for, whatever the spread."""

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_CLAUSE = re.compile(
    r"(?:\s*[,;:]\s+|\s+[-–—]\s+|\s+(?=(?:but|because|so|and (?:i|we|you|it|then)|if|when|which|"
    r"while|since|although|though)\b))",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:\s+(?:a|an|the|my|your|his|her|its|our|their|this|these|those|and|or|but|so|to|of|in|on|"
    r"at|for|with|from|by|about|into|as|than|that|which|who|whose|if|because|when|while|is|are|"
    r"was|were|am|be|i|you|we|they|he|she|i'm|you're|we're|can|could|will|would|should|have|has|"
    r"had|do|does|did|not|very|really|more|some|any))+[\s,;:]*\Z",
    re.IGNORECASE,
)


def drawn_length(style: Style, *, seed: int) -> int:
    """Return how many words a turn should have: log-normal about the style's median.

    Example:
        >>> drawn_length(Style(words=8.0, spread=0.0), seed=3)
        8
    """
    drawn = math.exp(random.Random(seed).gauss(math.log(style.words), style.spread))
    return max(1, min(MOST_WORDS, round(drawn)))


def shortened(text: str, words: int) -> str:
    """Return the beginning of `text` that comes nearest to `words` words and makes sense.

    It ends at the end of a sentence or clause; a text that is near enough stays whole, and a
    first clause that is far too long is cut at a word that does not leave it hanging.

    Example:
        >>> shortened("I like tea, but only in the morning. What about you?", 3)
        'I like tea'
    """
    text = text.strip()
    if len(words_of(text)) <= max(words + 1, round(1.25 * words)):
        return text
    ends = sorted({m.start() for p in (_SENTENCE, _CLAUSE) for m in p.finditer(text)})
    heads = [head for head in (text[:end].rstrip(" ,;:-–—") for end in ends) if words_of(head)]
    heads = [head for head in heads if not _DANGLING.search(f" {head}")]
    best = min(heads or [text], key=lambda head: abs(len(words_of(head)) - words))
    return best if len(words_of(best)) <= 2 * words + 2 else _cut(text, words)


def _cut(text: str, words: int) -> str:
    """Cut behind a word where no clause ends in reach, as soon as nothing is left hanging."""
    spots = list(re.finditer(r"\S+", text))
    for count in range(max(words, _FEWEST_CUT), len(spots)):
        head = text[: spots[count - 1].end()]
        if not _DANGLING.search(head):
            return head.rstrip(" ,;:-–—")
    return text
