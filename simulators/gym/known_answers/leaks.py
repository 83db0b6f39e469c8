"""Does a question give its own answer away?"""

from __future__ import annotations

from collections.abc import Iterable

from persona_sdk.words import content_words

_IDLE = content_words(
    "year years old old-fashioned thing things something anything someone people person time day "
    "called name named every more most many much really well ever still once know tell"
)
"""Words that say nothing about a value."""


def leaked(turns: Iterable[str], value: str, name: str = "") -> frozenset[str]:
    """Return the content words of `value` that the turns name; the character's name is free.

    Example:
        >>> sorted(leaked(["Do you bake bread?"], "soda bread on Sundays"))
        ['bread']
    """
    asked = frozenset(word for turn in turns for word in content_words(turn))
    return (content_words(value) - _IDLE - content_words(name)) & asked
