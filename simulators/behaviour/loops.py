"""When a conversation goes round in circles, whoever plays the user.

These are the endings that the early stop rate of arXiv 2502.18968 counts, made exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from persona_sdk.types import Conversation
from simulators.behaviour.faults import LOOKED_BACK, SIMILAR, is_goodbye_loop, is_stuck, likeness
from simulators.values import Exchange
from simulators.writing.units import units

_FEWEST_WORDS = 3  # below it people repeat themselves innocently
_NEAR = 0.8  # share of common words below which the dearer comparison cannot reach `SIMILAR`


def in_loop(exchanges: Sequence[Exchange], conversation: Conversation) -> bool:
    """Return whether the last exchange closes a circle.

    It does where the last two turns of both sides only say goodbye, where the user says nearly
    the same as in one of the three turns before, or where three user turns in a row add no new
    content word. A turn with an attack may repeat itself: pressure is made of that.

    Args:
        exchanges: What was said, oldest first.
        conversation: The same as turns, with a greeting if there is one.

    Example:
        >>> from persona_sdk.types import Reply
        >>> from simulators.values import Dialogue, Move
        >>> again = (Exchange(Move("And what do you eat?"), Reply("Rye bread.")),) * 2
        >>> in_loop(again, Dialogue(0, "ada", 7, again).conversation())
        True
    """
    if is_goodbye_loop(conversation):
        return True
    last = exchanges[-1 - LOOKED_BACK :]
    if any(exchange.move.attack for exchange in last[-LOOKED_BACK:]):
        return False
    return _repeats([exchange.move.text for exchange in last]) or is_stuck(conversation)


def _repeats(said: Sequence[str]) -> bool:
    *before, now = said
    if _bag(now).total() < _FEWEST_WORDS:
        return False
    return any(_shared(one, now) >= _NEAR and likeness(one, now) >= SIMILAR for one in before)


def _shared(one: str, other: str) -> float:
    """Share of common words, in [0, 1]."""
    first, second = _bag(one), _bag(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(units(text))
