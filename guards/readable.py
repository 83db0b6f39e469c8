"""Can an English-reading scorer judge this text at all? What it cannot read is never a pass."""

from __future__ import annotations

import re
import unicodedata

from guards.words import words

OTHER_SCRIPT_SHARE = 0.3
"""Share of letters, in [0, 1], above which a text counts as written in another script."""

MIN_FOREIGN_WORDS = 3
"""Function words of another language, with none of English, that give a sentence away."""


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
    found = words(text)
    if any(word in _ENGLISH for word in found):
        return ""
    if sum(word in _FOREIGN for word in found) < MIN_FOREIGN_WORDS:
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
    "and are at because been but for from have i'm i've is it it's not of she so some that the "
    "their there they this to very was we were what when which who will with would you your".split()
)
_FOREIGN = frozenset(
    # Spanish and Portuguese
    "el los las una que por para con pero muy es está soy mi como también yo gusta "
    "não você eu uma os com muito meu minha "
    # French and Italian
    "le les des est je suis pas vous nous dans pour avec très c'est j'ai mais qui "
    "il che sono della non anche per molto gli di "
    # German and Dutch
    "der die das und ich nicht ist bin ein eine mit auf für sehr aber auch wir sie "
    "het een niet ik ben van dat maar ook".split()
)
