"""Checks that need no model: numbers and names in a reply beside those of a fact."""

from __future__ import annotations

import re

from persona_sdk.words import words

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = {
    name: 10 * (i + 2)
    for i, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
_LOOSE = frozenset({1})
"""`one` is a pronoun as often as a number."""


def numbers_in(text: str) -> frozenset[int]:
    """Return the whole numbers in `text`, written in digits or words; `one` is left out.

    Example:
        >>> sorted(numbers_in("Fifty-two, of 1,200 and nine hundred."))
        [52, 900, 1200]
    """
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    found = {int(digits) for digits in re.findall(r"(?<![\d.])\d{1,9}(?![\d.]\d)", plain)}
    total: int | None = None
    for word in [*words(plain.replace("-", " ")), ""]:
        if word in _TENS:
            found |= _closed(total)
            total = _TENS[word]
        elif word in _SMALL:
            value = _SMALL.index(word)
            tens = total is not None and total % 10 == 0 and 20 <= total <= 90 and value < 10
            found |= set() if tens else _closed(total)
            total = (total or 0) + value if tens else value
        elif word in ("hundred", "thousand") and total is not None:
            total *= 100 if word == "hundred" else 1000
        else:
            found |= _closed(total)
            total = None
    return frozenset(found - _LOOSE)


def names_in(text: str, character: str) -> frozenset[str]:
    """Return the capitalised words inside sentences, without those of the character's name.

    Example:
        >>> sorted(names_in("My dog is called Biscuit. He hates Owen.", "Tess"))
        ['Biscuit', 'Owen']
    """
    inside = re.findall(r"(?<![.!?…\"“(*] )(?<!^)\b([A-Z][a-zà-ÿ]{2,})\b", text)
    return frozenset(inside) - frozenset(character.split()) - _NO_NAMES


def clash(fact: str, sentence: str, character: str) -> str:
    """Return why `sentence` cannot express `fact`: another number or name stands in its place.

    Example:
        >>> clash("Tess is 52 years old.", "I am 31 years old.", "Tess")
        'says 31, not 52'
        >>> clash("Tess is 52 years old.", "I am fifty-two.", "Tess")
        ''
    """
    pairs = (
        (numbers_in(fact), numbers_in(sentence)),
        (names_in(fact, character), names_in(sentence, character)),
    )
    for wanted, said in pairs:
        if wanted and said and wanted.isdisjoint(said):
            return f"says {_listed(said)}, not {_listed(wanted)}"
    return ""


def _closed(total: int | None) -> set[int]:
    return set() if total is None else {total}


def _listed(values: frozenset[int] | frozenset[str]) -> str:
    return " and ".join(sorted(map(str, values)))


_NO_NAMES = frozenset(
    "Well Yes Sundays Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
)
