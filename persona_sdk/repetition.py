"""How much a text repeats itself, counted in runs of words."""

from __future__ import annotations

from collections.abc import Iterable

from persona_sdk.words import words

Gram = tuple[str, ...]

_SHORT_LOOP, _LONG_LOOP = 4, 3  # times in a row: `no, no, no` is innocent, a clause thrice is not
_SHORT_WORDS = 2
_LONGEST_LOOP = 12


def grams(text: str, n: int = 4) -> list[Gram]:
    """Return the runs of `n` words of a text, in order.

    Example:
        >>> grams("I keep bees.", 2)
        [('i', 'keep'), ('keep', 'bees')]
    """
    said = words(text)
    return [tuple(said[i : i + n]) for i in range(len(said) - n + 1)]


def repeated_share(text: str, n: int = 4) -> float:
    """Return the share in [0, 1] of the runs of `n` words that stood in the text before.

    A text of fewer than `n` words repeats nothing.

    Example:
        >>> repeated_share("I bake bread and I bake bread and I bake bread and")
        0.6666666666666666
    """
    found = grams(text, n)
    return 1 - len(set(found)) / len(found) if found else 0.0


def is_looped(text: str) -> bool:
    """Return whether the text says the same words again and again without a pause.

    Four times in a row is a loop for one or two words, three times for a longer run.

    Example:
        >>> is_looped("I see. I see. I see. I see."), is_looped("No, no, no!")
        (True, False)
    """
    said = words(text)
    return any(_loops(said, size) for size in range(1, _LONGEST_LOOP + 1))


def shared_share(text: str, others: Iterable[frozenset[Gram]], n: int = 4) -> float:
    """Return the share in [0, 1] of the different runs of `n` words that stand in other texts.

    Args:
        text: Whose runs are looked for.
        others: The runs of each other text.
        n: Words of a run.
    """
    mine = frozenset(grams(text, n))
    if not mine:
        return 0.0
    return len(mine & frozenset().union(*others)) / len(mine)


def _loops(said: list[str], size: int) -> bool:
    """Whether a run of `size` words follows itself often enough."""
    times = _SHORT_LOOP if size <= _SHORT_WORDS else _LONG_LOOP
    same = 0
    for here in range(size, len(said)):
        same = same + 1 if said[here] == said[here - size] else 0
        if same >= size * (times - 1):
            return True
    return False
