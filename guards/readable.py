"""Can an English-reading scorer judge this text at all? What it cannot read is never a pass."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from persona_sdk.words import words

OTHER_SCRIPT_SHARE = 0.3
"""Share of letters, in [0, 1], above which a text counts as written in another script."""

MIN_FOREIGN_WORDS = 2
"""Function words of other languages, with none of English, that give a sentence away."""


def unjudgeable(text: str) -> str:
    """Return why nobody can judge `text`, for people; empty if one can.

    Example:
        >>> unjudgeable("I play the guitar."), unjudgeable("...")
        ('', 'it holds no words')
    """
    if not text.strip():
        return "it is empty"
    place = None if text.isascii() and text.isprintable() else _control(text)
    if place is not None:
        return f"it holds the control character U+{ord(text[place]):04X} at position {place}"
    return "" if any(c.isalnum() for c in text) else "it holds no words"


@lru_cache(maxsize=16_384)
def foreign(sentence: str) -> str:
    """Return why the scorer cannot read `sentence`: another script or language; empty if it can.

    Example:
        >>> foreign("Я играю на гитаре.")
        'it is written in a script that the scorer cannot read'
    """
    return _script(sentence) or _language(sentence)


def _script(text: str) -> str:
    if text.isascii():
        return ""
    found = _LETTERS.findall(unicodedata.normalize("NFKC", text))
    latin = [[_is_latin(letter) for letter in word] for word in found]
    mixed = next((w for w, kinds in zip(found, latin, strict=True) if len(set(kinds)) > 1), None)
    letters = [kind for kinds in latin for kind in kinds]
    if letters and letters.count(False) > OTHER_SCRIPT_SHARE * len(letters):
        return "it is written in a script that the scorer cannot read"
    return f"the word {mixed!r} mixes scripts" if mixed else ""


def _language(text: str) -> str:
    if any(word in _ENGLISH for word in words(text)):
        return ""
    # A capital inside a sentence is a name: Los Angeles, El Paso.
    found = words(text)[:1] + [w for word in text.split() if word.islower() for w in words(word)]
    if len(_FOREIGN.intersection(found)) < MIN_FOREIGN_WORDS:
        return ""
    return "it seems to be in a language other than English"


def _control(text: str) -> int | None:
    """Return where a character stands that is not for reading, or that hides inside a word."""
    hidden = _HIDDEN_IN_WORD.search(text)
    if hidden:
        return hidden.start()
    for place, char in enumerate(text):
        if char == "\ufffd" or (unicodedata.category(char) in _UNREAD and char not in "\t\n\r"):
            return place
    return None


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")


_UNREAD = ("Cc", "Cs", "Co", "Cn")
_LETTERS = re.compile(r"[^\W\d_]+")
_HIDDEN_IN_WORD = re.compile(r"(?<=\w)[\u00ad\u200b-\u200f\u2060-\u2064\ufeff](?=\w)")
_ENGLISH = frozenset(
    "all and are at because been but can did do for from had have he her his how i'm i've if into "
    "is it it's not of our out she so some that the their them there they this to very was we were "
    "what when which who will with would you your".split()
)
_FOREIGN = frozenset(
    # Spanish, Portuguese
    "el los las una que por para muy es está soy como también yo gusta tengo de "
    "não você eu uma os com muito meu minha "
    # French, Italian, Romanian
    "le les des est je suis pas vous nous dans avec très c'est j'ai mais qui une "
    "il che sono della non anche molto gli sunt nu și este "
    # German, Dutch, Swedish, Danish, Norwegian
    "der das und ich nicht bin ein eine mit auf für sehr aber auch wir sie "
    "het een niet ik van dat maar ook och att det jag är inte som på jeg ikke og "
    # Polish, Czech, Hungarian, Finnish, Turkish, Indonesian, Vietnamese
    "nie jest się jestem że mam jsem není nem vagyok és egy minä olen ei ja ve bir bu değil çok "
    "saya tidak yang adalah tôi không là của".split()
)
