"""Slips of the finger on a keyboard: letters swapped, left out, doubled, or a key beside."""

from __future__ import annotations

import random
import re

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 4
"""Letters below which a slip makes another word more often than a misspelt one."""

_WORD = re.compile(r"[^\W\d_]+")


def with_slips(text: str, rate: float, *, seed: int) -> str:
    """Return `text` with about `rate` of its words misspelt.

    Only lower-case words of four letters and more slip: names and numbers stay what they are.

    Args:
        text: A turn.
        rate: Share of all words in [0, 1].
        seed: Of the draws.

    Example:
        >>> with_slips("where is the station", 0.0, seed=1)
        'where is the station'
    """
    spots = list(_WORD.finditer(text))
    open_to = [m for m in spots if len(m[0]) >= _SHORTEST and m[0].islower() and m[0].isascii()]
    if rate <= 0 or not open_to:
        return text
    generator = random.Random(seed)
    each = min(1.0, rate * len(spots) / len(open_to))
    for match in reversed(open_to):
        if generator.random() < each:
            text = text[: match.start()] + _slipped(match[0], generator) + text[match.end() :]
    return text


def _slipped(word: str, generator: random.Random) -> str:
    at = generator.randrange(1, len(word) - 1)
    kind = generator.choice(("swap", "swap", "drop", "drop", "double", "beside"))
    if kind == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "double":
        return word[: at + 1] + word[at:]
    if kind == "beside":
        return word[:at] + _neighbour(word[at], generator) + word[at + 1 :]
    return word[:at] + word[at + 1 :]


def _neighbour(letter: str, generator: random.Random) -> str:
    row = next((row for row in _ROWS if letter in row), letter)
    at = row.index(letter)
    beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return generator.choice(beside or letter)
