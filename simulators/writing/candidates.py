"""Which of several drafts of a user's turn is most like him."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence

from persona_sdk.profile import Style
from simulators.stylometry import words_of

HumanLikeness = Callable[[Sequence[str]], Sequence[float]]
"""Scores turns, higher for those more like a person's; fit it on other conversations."""


def best_candidate(
    drafts: Sequence[str],
    style: Style,
    *,
    words: int,
    seed: int,
    language: str = "en",
    likeness: HumanLikeness | None = None,
) -> int:
    """Return the place of the draft that suits the style best.

    Counted are the distance to the wanted length, a question where the style has few (or none
    where one is drawn), and words that assistants use and users do not; then the scorer's vote.

    Args:
        drafts: At least one.
        style: Whose turn it is.
        words: How long the turn shall be.
        seed: Of the turn; draws whether it asks something.
        language: Of the user; only in English are other scripts and what assistants say counted.
        likeness: A scorer; None for none.
    """
    asks = random.Random(seed).random() < style.questions
    english = language.startswith("en")
    costs = [_cost(draft, words, asks, english=english) for draft in drafts]
    if likeness is not None:
        costs = [c - s for c, s in zip(costs, likeness(drafts), strict=True)]
    return min(range(len(drafts)), key=costs.__getitem__)


def _cost(draft: str, words: int, asks: bool, *, english: bool) -> float:
    length = abs(math.log(max(1, len(words_of(draft)))) - math.log(words))
    question = 0.7 * (asks != bool(set("?？") & set(draft)))
    if not english:
        return length + question
    foreign = any(c.isalpha() and ord(c) > _LATIN for c in draft)
    return length + question + foreign + 0.6 * min(3, len(_LECTURING.findall(draft)))


_LATIN = 0x24F  # a small model that slips into another script has lost the thread
_LECTURING = re.compile(
    r"\b(?:certainly|of course|sure|here (?:is|are)|let'?s|let me|we can|you can|you should|"
    r"you need|you(?:'re| are) (?:right|doing|welcome)|that'?s (?:right|"
    r"correct|an? (?:great|interesting|excellent))|this is an?|is (?:a|an) [a-z]+ (?:that|which|"
    r"of)|in conclusion|overall|"
    r"additionally|furthermore|however|therefore|it'?s important|great|excellent|absolutely|"
    r"i understand|i'?m glad|for example|such as|first,|next,|finally,)\b",
    re.IGNORECASE,
)
