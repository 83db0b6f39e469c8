"""Reads the Big Five from the words somebody uses, and abstains where there are few of them.

Which kinds of words go with which trait, and in which direction, is what Yarkoni (2010, Journal of
Research in Personality 44, table 1) and Mairesse et al. (2007, JAIR 30, section 2) found in blogs
and essays. Correlations there are about 0.1 to 0.2: a level is a leaning, never a diagnosis. The
word lists are short ones of our own.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from persona_sdk.profile import BigFive, Level
from persona_sdk.words import words

FEWEST_WORDS = 60
"""Words of a person below which every trait is unknown."""

BAR = 0.5
"""Deviations from the norm above which a leaning is high, below whose negative it is low."""


LEAST_DEVIATION = 0.001
"""Of a norm; a kind that nobody used must not make its first user extreme."""


class Norm(NamedTuple):
    """How often people use a kind of words: shares of words, and their deviation."""

    mean: float
    deviation: float


def traits_of(said: Sequence[str], norms: Mapping[str, Norm] | None = None) -> BigFive:
    """Return the traits of the person who said the turns.

    A trait's leaning is the mean of its kinds' deviations from the norm, each with the sign that
    the studies found. It is high or low where it clears `BAR` by one standard error of the count,
    mid where it stays within it by as much, else unknown.

    Args:
        said: All turns of one person.
        norms: How people use each kind of words; None takes `NORMS`. A log of many people has
            norms of its own (`measure_norms`), which fit it better.

    Example:
        >>> traits_of(["hi"]).openness
        'unknown'
    """
    rates, count = category_rates(said)
    if count < FEWEST_WORDS:
        return BigFive()
    norms = norms or NORMS
    return BigFive(**{t: _level(rates, count, signs, norms) for t, signs in SIGNS.items()})


def category_rates(said: Iterable[str]) -> tuple[dict[str, float], int]:
    """Return the share of words in each kind, in [0, 1], and the number of words."""
    spoken = [word for turn in said for word in words(turn)]
    counts = Counter(kind for word in spoken for kind in _KINDS_OF.get(word, ()))
    counts["negations"] += sum(word.endswith("n't") for word in spoken)
    total = len(spoken)
    return {kind: counts[kind] / max(total, 1) for kind in KINDS}, total


def measure_norms(people: Iterable[Sequence[str]]) -> dict[str, Norm]:
    """Return the norm of each kind over people who said at least `FEWEST_WORDS` words.

    Raises:
        ValueError: There are fewer than two such people.
    """
    measured = [category_rates(said) for said in people]
    rows = [rates for rates, count in measured if count >= FEWEST_WORDS]
    if len(rows) < 2:
        raise ValueError(f"norms need two people of {FEWEST_WORDS} words, were: {len(rows)}")
    return {
        kind: Norm(
            statistics.mean(row[kind] for row in rows),
            max(statistics.stdev(row[kind] for row in rows), LEAST_DEVIATION),
        )
        for kind in KINDS
    }


def _level(
    rates: Mapping[str, float], count: int, signs: Mapping[str, int], norms: Mapping[str, Norm]
) -> Level:
    leaning = error = 0.0
    for kind, sign in signs.items():
        norm = norms[kind]
        leaning += sign * (rates[kind] - norm.mean) / norm.deviation
        # The error of a rate that is counted over so few words, by the norm's own rate.
        error += norm.mean / count / norm.deviation**2
    leaning, error = leaning / len(signs), math.sqrt(error) / len(signs)
    if leaning - error > BAR:
        return "high"
    if leaning + error < -BAR:
        return "low"
    return "mid" if abs(leaning) + error < BAR else "unknown"


SIGNS: dict[str, dict[str, int]] = {
    "openness": {"articles": 1, "prepositions": 1, "self": -1, "family": -1, "joy": -1},
    "conscientiousness": {"negations": -1, "anger": -1, "sorrow": -1, "achievement": 1},
    "extraversion": {"you": 1, "joy": 1, "social": 1, "we": 1},
    "agreeableness": {"joy": 1, "we": 1, "anger": -1, "sorrow": -1},
    "neuroticism": {"self": 1, "anxiety": 1, "anger": 1, "sorrow": 1, "you": -1},
}
"""The kinds of words of each trait, with the sign of their correlation (Yarkoni 2010, table 1)."""

KINDS: dict[str, frozenset[str]] = {
    name: frozenset(text.split())
    for name, text in {
        "self": "i me my mine myself i'm i've i'd i'll im ive",
        "we": "we us our ours ourselves we're we've we'll let's",
        "you": "you your yours yourself you're you've you'll u ur",
        "articles": "a an the",
        "prepositions": (
            "of in to for with on at from by about into over after under through between against "
            "during without before within along across behind beyond toward towards upon"
        ),
        "negations": "no not never none nothing nobody nowhere neither nor cannot dont cant",
        "family": (
            "family mother father mom mum dad parents sister brother son daughter kids wife "
            "husband aunt uncle cousin grandma grandpa grandmother grandfather"
        ),
        "social": (
            "friend friends people talk talking party meet meeting together everyone group chat "
            "share call team someone invite visit hang"
        ),
        "joy": (
            "love loved happy great good nice fun awesome amazing enjoy excited wonderful best "
            "beautiful glad perfect cool fantastic lovely favorite favourite thanks thank lol haha"
        ),
        "sorrow": "sad lonely alone cry hurt lost miss tired sick bad worse worst sorry depressed",
        "anxiety": "worried worry nervous afraid scared fear anxious stress stressed panic unsure",
        "anger": (
            "hate angry mad annoying annoyed stupid damn hell shit fuck fucking idiot dumb sucks "
            "ridiculous useless crap pissed"
        ),
        "achievement": (
            "work goal goals plan plans learn achieve success improve finish finished complete "
            "effort practice win earn study done better first"
        ),
    }.items()
}
"""Kinds of words, one list each."""

_KINDS_OF: dict[str, tuple[str, ...]] = {
    word: tuple(kind for kind, some in KINDS.items() if word in some)
    for word in frozenset().union(*KINDS.values())
}

NORMS: dict[str, Norm] = {
    "self": Norm(0.0733, 0.0464),
    "we": Norm(0.0044, 0.0078),
    "you": Norm(0.0290, 0.0238),
    "articles": Norm(0.0602, 0.0324),
    "prepositions": Norm(0.0957, 0.0299),
    "negations": Norm(0.0125, 0.0150),
    "family": Norm(0.0016, 0.0046),
    "social": Norm(0.0060, 0.0093),
    "joy": Norm(0.0393, 0.0389),
    "sorrow": Norm(0.0009, 0.0030),
    "anxiety": Norm(0.0003, 0.0017),
    "anger": Norm(0.0001, 0.0011),
    "achievement": Norm(0.0074, 0.0092),
}
"""Half small talk, half tasks: the speakers of Synthetic-Persona-Chat validation, and the people of
SimulatorArena's math tutoring and MirrorBench's oasst1, as `measure_norms` counts them. The
deviation holds the distance of the two as well, so a person is seldom called extreme for the
matter at hand."""
