"""Tells misspelt words by a vocabulary: unknown words that one slip parts from a known one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

SHORTEST = 4
"""Letters; shorter unknown words are names and shorthand more often than slips."""

SHORT = 4
"""Letters up to which only two swapped letters are a slip: `taht`, but not `zoop`."""

PLAIN = 20_000
"""Words of a vocabulary, the commonest first, that a slip may come from."""


class Spelling:
    """Says of a lower-case word if it is misspelt.

    A word is if it is unknown, no inflection of a known one, and one dropped, added, changed or
    swapped letter away from a known word that is as long as `SHORTEST`. Names and words of other
    languages that happen to be so near are taken for slips too: it is a rate, not a verdict.

    Args:
        words: Known words, the commonest first; lower case.

    Example:
        >>> spelling = Spelling(["because", "separate", "letter"])
        >>> [spelling.misspelt(w) for w in ("becuase", "because", "letters", "zyx")]
        [True, False, False, False]
    """

    def __init__(self, words: Collection[str]) -> None:
        self._known = frozenset(words)
        self._likely = frozenset(w for w in list(words)[:PLAIN] if len(w) >= SHORTEST)

    def misspelt(self, word: str) -> bool:
        """Return whether `word` is a slip; words with anything but a to z never are."""
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()) or self._knows(word):
            return False
        if word in _CONTRACTIONS:  # a matter of apostrophes, which a style counts apart
            return False
        slips = _swaps(word) if len(word) <= SHORT else _edits(word)
        return any(near in self._likely for near in slips)

    def _knows(self, word: str) -> bool:
        return word in self._known or any(stem in self._known for stem in _stems(word))


def read_vocabulary(tokenizer: Path) -> list[str]:
    """Return the whole words of a WordPiece tokenizer, the commonest first.

    Args:
        tokenizer: A `tokenizer.json` of the tokenizers library.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such file.
    """
    try:
        vocabulary = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
        ranked = sorted(vocabulary, key=vocabulary.__getitem__)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{tokenizer}: holds no vocabulary of a tokenizer") from error
    return [word for word in ranked if word.isascii() and word.isalpha() and word.islower()]


def _stems(word: str) -> Iterator[str]:
    for ending, mends in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 2:
            yield from (stem + mend for mend in mends)
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]
    for prefix in ("un", "re", "non", "pre", "mis", "over", "dis", "in", "out"):
        if word.startswith(prefix) and len(word) > len(prefix) + 3:
            yield word[len(prefix) :]


def _swaps(word: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _edits(word: str) -> Iterator[str]:
    """Yield what one slip may have come from (Damerau, 1964)."""
    yield from _swaps(word)
    for i in range(len(word) + 1):
        left, right = word[:i], word[i:]
        if right:
            yield left + right[1:]
        for letter in _LETTERS:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]


_CONTRACTIONS = frozenset(
    "dont doesnt didnt isnt arent wasnt werent cant couldnt wouldnt shouldnt wont havent hasnt "
    "hadnt youre youve theyre whats thats lets heres theres hows whos aint yall".split()
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ENDINGS = (
    ("s", ("",)),
    ("es", ("",)),
    ("ies", ("y",)),
    ("ed", ("", "e")),
    ("ied", ("y",)),
    ("ing", ("", "e")),
    ("er", ("", "e")),
    ("ers", ("", "e")),
    ("ier", ("y",)),
    ("est", ("", "e")),
    ("iest", ("y",)),
    ("ly", ("", "le", "y")),
    ("ily", ("y",)),
    ("ness", ("",)),
    ("iness", ("y",)),
    ("less", ("",)),
    ("ful", ("",)),
    ("able", ("", "e")),
    ("ment", ("",)),
    ("ish", ("", "e")),
    ("y", ("", "e")),
    ("ity", ("", "e")),
    ("ist", ("", "e", "y")),
    ("ists", ("", "e", "y")),
    ("ism", ("", "e")),
    ("ize", ("",)),
    ("ise", ("",)),
    ("al", ("", "e")),
    ("ally", ("", "al")),
    ("ation", ("", "e")),
    ("ations", ("", "e")),
    ("or", ("", "e")),
    ("ors", ("", "e")),
    ("ability", ("e", "", "able")),
)
