"""Chat shorthand: `u` for you, `idk` for I don't know, a drawn-out `hmm` before an answer."""

from __future__ import annotations

import random
import re

from simulators.stylometry import shorthand_in, words_of

_SHORT = {
    "i don't know": "idk",
    "i do not know": "idk",
    "to be honest": "tbh",
    "by the way": "btw",
    "never mind": "nvm",
    "oh my god": "omg",
    "i don't care": "idc",
    "going to": "gonna",
    "want to": "wanna",
    "got to": "gotta",
    "kind of": "kinda",
    "sort of": "sorta",
    "right now": "rn",
    "you": "u",
    "your": "ur",
    "please": "pls",
    "thank you": "ty",
    "thanks": "thx",
    "okay": "ok",
    "yes": "yeah",
    "because": "bc",
    "though": "tho",
    "through": "thru",
    "people": "ppl",
    "something": "smth",
    "message": "msg",
    "before": "b4",
    "with": "w/",
    "are you": "are u",
}
_LONG = {
    "u": "you",
    "ur": "your",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "idk": "I don't know",
    "gonna": "going to",
    "wanna": "want to",
    "rn": "right now",
    "ppl": "people",
    "b4": "before",
}
_SHORT_PATTERN = re.compile(
    r"\b(?:" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")\b(?!['’])", re.IGNORECASE
)
_LONG_PATTERN = re.compile(r"\b(?:" + "|".join(_LONG) + r")\b(?!['’])", re.IGNORECASE)
_SOUNDS = ("hmm", "ok", "yeah", "um", "lol", "nah", "omg", "tbh", "uh")


def with_shorthand(text: str, rate: float, *, seed: int) -> str:
    """Return `text` with about `rate` of its words in chat shorthand.

    At rate 0 the commonest shorthand is written out. Where too few words can be shortened, a
    drawn-out sound opens the turn, as often as the rate still allows.

    Args:
        text: A turn.
        rate: Share of all words in [0, 1].
        seed: Of the draws.

    Example:
        >>> with_shorthand("idk what u mean", 0.0, seed=1)
        "I don't know what you mean"
    """
    if rate <= 0:
        return _LONG_PATTERN.sub(lambda m: _cased(_LONG[m[0].lower()], m[0]), text)
    generator = random.Random(seed)
    owed = rate * len(words_of(text)) - shorthand_in(text)
    spots = list(_SHORT_PATTERN.finditer(text))
    generator.shuffle(spots)
    chosen = spots[: _rounded(owed, generator)]
    for match in sorted(chosen, key=re.Match.start, reverse=True):
        short = _cased(_SHORT[match[0].lower()], match[0])
        text = text[: match.start()] + short + text[match.end() :]
    if generator.random() < owed - len(chosen):
        sound = generator.choice(_SOUNDS)
        text = f"{sound} {text[:1].lower()}{text[1:]}" if text[:2] != "I " else f"{sound} {text}"
    return text


def _rounded(value: float, generator: random.Random) -> int:
    """Round up or down at random, so that the mean stays."""
    whole = int(max(0.0, value))
    return whole + (generator.random() < max(0.0, value) - whole)


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() and like != "I" else word
