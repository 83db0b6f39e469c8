"""When a conversation goes round in circles: goodbyes without end, or a user who adds nothing.

These are the endings that the early stop rate of arXiv 2502.18968 counts, made exact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from persona_sdk.words import content_words, words
from simulators.values import Exchange

SIMILAR = 0.9
"""Share of common words, in [0, 1], from which two user turns count as the same."""

LOOK_BACK = 3
"""User turns that a new one is compared with, and turns without news that end a conversation."""

_FEWEST_WORDS = 3
"""Below that, two turns are alike by chance: people say `ok` and `why?` again and again."""


def in_loop(exchanges: Sequence[Exchange]) -> bool:
    """Return whether the last exchange closes a circle.

    It does where at least half of the sentences of each side's last two turns are closing
    phrases, where the user says nearly the same as in one of the three turns before, or where
    three user turns in a row add no new content word. A turn with an attack may repeat itself:
    pressure is made of that.

    Example:
        >>> from persona_sdk.types import Reply
        >>> from simulators.values import Move
        >>> again = Exchange(Move("And what do you eat?"), Reply("Rye bread."))
        >>> in_loop([again]), in_loop([again, again])
        (False, True)
    """
    if len(exchanges) < 2:
        return False
    if _only_goodbyes(exchanges[-2:]):
        return True
    if any(exchange.move.attack for exchange in exchanges[-LOOK_BACK:]):
        return False
    said = [exchange.move.text for exchange in exchanges]
    return _repeats(said) or _adds_nothing(said)


def _only_goodbyes(last: Sequence[Exchange]) -> bool:
    sides = (
        [exchange.move.text for exchange in last],
        [exchange.reply.text for exchange in last],
    )
    return all(2 * sum(map(_closings, side)) >= sum(map(_sentences, side)) > 0 for side in sides)


def _repeats(said: Sequence[str]) -> bool:
    *before, now = map(_bag, said[-1 - LOOK_BACK :])
    if now.total() < _FEWEST_WORDS:
        return False
    return any(2 * (now & one).total() >= SIMILAR * (now.total() + one.total()) for one in before)


def _adds_nothing(said: Sequence[str]) -> bool:
    if len(said) <= LOOK_BACK:
        return False
    known = frozenset[str]().union(*map(content_words, said[:-LOOK_BACK]))
    return all(content_words(text) <= known for text in said[-LOOK_BACK:])


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(words(text))


def _sentences(text: str) -> int:
    return len(_split(text))


def _closings(text: str) -> int:
    return sum(_CLOSING.match(sentence) is not None for sentence in _split(text))


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[.!?…\n]+", text) if re.search(r"\w", part))


_CLOSING = re.compile(
    r"\s*(?:(?:ok(?:ay)?|well|and|so|oh|no problem|alright|great)\W+)*"
    r"(?:good\s?-?bye|bye|see (?:you|ya)|take care|farewell|good ?night|until (?:next|then)|"
    r"thank(?:s| you)|thx|cheers|you(?:'|’)?re (?:very |most )?welcome|you are (?:very )?welcome|"
    r"my pleasure|anytime|any time|have a (?:\w+ )?(?:day|night|evening|weekend|time|one)|"
    r"talk (?:to you )?(?:soon|later)|same to you|you too|take it easy|all the best)\b",
    re.IGNORECASE,
)
