"""Figures of a single turn that need no model: length, casing, punctuation, manners."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Style
from simulators.stylometry import measure_style, words_of

Excess = Literal["more", "less", "either"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One figure of a turn."""

    name: str
    flag: bool
    """True for yes or no (1 or 0), False for a count or a rate."""
    excess: Excess
    """Which way prompted models leave what people write: longer, neater, kinder (arXiv
    2603.11245). `either` where both ways are odd."""
    of: Callable[[str, Style], float]


def features(text: str) -> NDArray[np.float64]:
    """Return the figures `(FEATURES,)` of a turn, in the order of `FEATURES`.

    Example:
        >>> dict(zip(NAMES, features("hi, whats that?"), strict=True))["words"]
        3.0
    """
    style = _style(text)
    return np.array([feature.of(text, style) for feature in FEATURES])


def table(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the figures `(texts, FEATURES)` of many turns."""
    return np.stack([features(text) for text in texts]) if texts else np.empty((0, len(FEATURES)))


def _style(text: str) -> Style:
    """Return the style of one turn; a turn without words has one word of no letters."""
    if not words_of(text):
        return Style(words=1.0, lower_start=0.0, end_mark=0.0, questions=float("?" in text))
    return measure_style([text])


def _letters(text: str, test: Callable[[str], bool]) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(map(test, letters)) / len(letters) if letters else 0.0


def _word_length(text: str, style: Style) -> float:
    words = words_of(text)
    return sum(map(len, words)) / len(words) if words else 0.0


_ASSISTANT_LIKE = re.compile(r"\b(?:i['’]?m|i am|i['’]d|i would|could you)\b", re.IGNORECASE)
_GUSHING = re.compile(
    r"\b(?:that(?:['’]?s| is| sounds)|sounds|how|what an?) (?:so |really |absolutely |truly )?"
    r"(?:wonderful|great|amazing|fascinating|lovely|incredible|awesome|fantastic|beautiful|"
    r"delightful|interesting|inspiring)\b|\bi['’]?(?:d| would) love to\b|\bthank you (?:so|very) "
    r"much\b|\bi (?:really |truly |so )?appreciate\b|\bi['’]?m (?:so |really )?(?:glad|happy|"
    r"delighted|thrilled|excited) (?:to|that|you)\b",
    re.IGNORECASE,
)

FEATURES: tuple[Feature, ...] = (
    Feature("words", False, "more", lambda text, style: style.words),
    Feature("letters a word", False, "more", _word_length),
    Feature("capitals", False, "either", lambda text, style: _letters(text, str.isupper)),
    Feature("apostrophes", False, "more", lambda text, style: float(len(re.findall("['’]", text)))),
    Feature("commas", False, "more", lambda text, style: float(text.count(","))),
    Feature(
        "sentence marks", False, "more", lambda text, style: float(len(re.findall("[.!?…]+", text)))
    ),
    Feature("shorthand", False, "less", lambda text, style: style.shorthand),
    Feature("starts lower-case", True, "less", lambda text, style: style.lower_start),
    Feature("ends with a mark", True, "more", lambda text, style: style.end_mark),
    Feature("writes i", True, "less", lambda text, style: float(style.lower_i > 0)),
    Feature("drops apostrophes", True, "less", lambda text, style: float(style.apostrophes < 1)),
    Feature("asks", True, "either", lambda text, style: style.questions),
    Feature("exclaims", True, "more", lambda text, style: style.exclamations),
    Feature("emoji", True, "either", lambda text, style: style.emoji),
    Feature("courtesy", True, "more", lambda text, style: style.courtesy),
    Feature(
        "I'm, I'd, could you", True, "more", lambda t, s: float(bool(_ASSISTANT_LIKE.search(t)))
    ),
    Feature("gushes", True, "more", lambda t, s: float(bool(_GUSHING.search(t)))),
    Feature("dash or semicolon", True, "more", lambda t, s: float(bool(re.search("[—–;]", t)))),
    Feature("line breaks", True, "more", lambda text, style: float("\n" in text.strip())),
)
"""What is looked at, in order."""

NAMES = tuple(feature.name for feature in FEATURES)
