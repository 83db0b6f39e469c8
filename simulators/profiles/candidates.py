"""Plain attributes that a discriminator finds between the lines, such as having children."""

from __future__ import annotations

import re
from collections.abc import Sequence

from persona_sdk.profile import Fact
from persona_sdk.protocols import EntailmentScorer
from simulators.profiles.claims import sentences
from simulators.profiles.extraction import Found
from simulators.profiles.material import is_play
from simulators.profiles.persons import open_contractions
from simulators.profiles.support import support

CERTAIN = 0.9
"""Entailment in [0, 1] from which a turn says an attribute that no rule read from it."""

FEWEST_WORDS = 4
"""Of a sentence that is asked about."""


def between_the_lines(scorer: EntailmentScorer, said: Sequence[str]) -> list[Found]:
    """Return the attributes that a sentence in the first person entails, with its turn.

    Raises:
        ScorerError: The scorer could not judge.
    """
    found = []
    for number, turn in enumerate(said):
        told = [] if is_play(turn) else [s for s in sentences(turn) if _speaks_of_self(s)]
        values = support(scorer, told, _FACTS) if told else []
        found += [
            Found(fact.text, (number,))
            for fact, value in zip(_FACTS, values, strict=False)
            if value >= CERTAIN and _has_cue(fact.text, turn)
        ]
    return found


def _speaks_of_self(sentence: str) -> bool:
    words = open_contractions(sentence).split()
    own = {"I", "my", "My", "we", "our", "We"} & set(words)
    return bool(own) and len(words) >= FEWEST_WORDS and not sentence.endswith("?")


def _has_cue(attribute: str, turn: str) -> bool:
    """Whether the turn has a word for an attribute that the network sees in too much."""
    return attribute not in _CUES or _CUES[attribute].search(turn) is not None


_CUES = {
    "You have children.": re.compile(
        r"\b(?:kids?|child|children|sons?|daughters?|baby|twins)\b", re.I
    ),
    "You have siblings.": re.compile(r"\b(?:brothers?|sisters?|siblings?|twin)\b", re.I),
    "You have a dog.": re.compile(r"\b(?:dogs?|pupp(?:y|ies))\b", re.I),
    "You have a cat.": re.compile(r"\b(?:cats?|kittens?)\b", re.I),
    "You like to travel.": re.compile(r"(?<!space )\b(?:travel\w*|trips?|abroad|visit\w*)\b", re.I),
    "You live with your parents.": re.compile(r"\b(?:parents|mom|mum|dad|mother|father)\b", re.I),
    "You served in the military.": re.compile(
        r"\b(?:army|navy|marines?|military|air force|veteran|deployed)\b", re.I
    ),
}
ATTRIBUTES = (
    "You are a student.",
    "You are retired.",
    "You are unemployed.",
    "You are married.",
    "You are divorced.",
    "You have children.",
    "You have siblings.",
    "You have a dog.",
    "You have a cat.",
    "You live alone.",
    "You live with your parents.",
    "You play a musical instrument.",
    "You play video games.",
    "You play sports.",
    "You like to cook.",
    "You like to read.",
    "You like to travel.",
    "You like animals.",
    "You like music.",
    "You like being outdoors.",
    "You do not eat meat.",
    "You served in the military.",
)
_FACTS = tuple(Fact(f"a{i}", text) for i, text in enumerate(ATTRIBUTES))
