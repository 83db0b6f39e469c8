"""The shape of a turn, taken from a real one: how it opens and how long it is, not what it says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from persona_sdk.profile import Style
from persona_sdk.seeds import derived
from simulators.stylometry import words_of
from simulators.writing.shortening import MOST_WORDS, drawn_length

OPENED = 0.8
"""Share of turns that open as a real one does, where examples are at hand."""


class Pattern(NamedTuple):
    """What a turn shall be like."""

    opening: str
    """First word or two, which the model goes on from; empty leaves it free."""
    words: int
    """Length to aim at."""


def drawn_pattern(examples: Sequence[str], style: Style, *, seed: int) -> Pattern:
    """Return the opening and the length of one of `examples`; without any, a length alone.

    Small models begin like assistants: two words of a person set them on another way. Of a turn
    of one or two words nothing is taken but the length, of a number the first digit.

    Example:
        >>> drawn_pattern((), Style(words=5, spread=0), seed=1)
        Pattern(opening='', words=5)
    """
    said = [example for example in examples if words_of(example)]
    if not said:
        return Pattern("", drawn_length(style, seed=seed))
    generator = random.Random(derived(seed, "pattern"))
    example = generator.choice(said)
    words = max(1, min(MOST_WORDS, len(words_of(example))))
    opened = generator.random() < OPENED
    return Pattern(_opening(example, generator) if opened else "", words)


def _opening(example: str, generator: random.Random) -> str:
    parts = example.split()
    if parts[0][:1].isdigit():
        return parts[0][0]
    if len(parts) < 3:
        return ""
    return " ".join(parts[: generator.choice((1, 2)) if len(parts) > 4 else 1])
