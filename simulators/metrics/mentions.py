"""P.Cover and copy rate: how much of the profile stands in what the user said?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from persona_sdk.profile import Fact, Profile
from persona_sdk.words import content_words, words
from simulators.metrics.spoken import Spoken
from simulators.metrics.values import Measure, measured
from simulators.profiles.render import as_reply

HALF = 0.5
"""Share of a fact's content words from which it counts as copied."""

HUMAN_VERBATIM, HUMAN_HALF = 85 / 2255, 432 / 2255
"""Copy rates of people: 2,255 facts that ConvAI2 volunteers were given to play, in conversations
of at least five of their turns."""


class Told(NamedTuple):
    """A conversation and the profile that the user was to play."""

    spoken: Spoken
    profile: Profile


def p_cover(told: Iterable[Told]) -> Measure:
    """Return the mean share in [0, 1] of the profile's content words that the user used.

    Facts and goals count. High is no praise by itself: reciting the profile scores 1. Read it
    beside `copy_rates`.
    """
    shares, left_out = [], 0
    for spoken, profile in told:
        wanted = frozenset[str]().union(*map(content_words, _texts(profile)))
        if wanted:
            shares.append(len(wanted & _said(spoken.user)) / len(wanted))
        left_out += not wanted
    return measured(
        "P.Cover",
        "conversation",
        shares,
        better="as people",
        otherwise="no profile has facts or goals",
        note=f"{left_out} with an empty profile left out" if left_out else "",
    )


class CopyRates(NamedTuple):
    """Two counts of copied facts, as shares of the facts."""

    verbatim: Measure
    half: Measure


def copy_rates(told: Iterable[Told]) -> CopyRates:
    """Return the shares in [0, 1] of facts said word for word, and with half of their words.

    People reach 0.038 and 0.192; twice that is parroting.
    """
    groups: list[str] = []
    verbatim: list[float] = []
    half: list[float] = []
    for spoken, profile in told:
        facts = [fact for fact in profile.facts if content_words(fact.text)]
        groups += [spoken.id] * len(facts)
        verbatim += [float(_is_verbatim(fact, spoken.user)) for fact in facts]
        half += [float(mentioned(fact, spoken.user) >= HALF) for fact in facts]
    return CopyRates(
        _rate("copy rate, verbatim", verbatim, groups, ("human value", HUMAN_VERBATIM)),
        _rate("copy rate, half", half, groups, ("human value", HUMAN_HALF), ("words", HALF)),
    )


def mentioned(fact: Fact, turns: Sequence[str]) -> float:
    """Return the share in [0, 1] of a fact's content words that stand in the turns."""
    wanted = content_words(fact.text)
    return len(wanted & _said(turns)) / len(wanted) if wanted else 0.0


def _is_verbatim(fact: Fact, turns: Sequence[str]) -> bool:
    """Whether the fact stands in a turn as the user would say it, contractions opened."""
    copied = _plain(as_reply(fact))
    return any(f" {copied} " in f" {_plain(turn)} " for turn in turns)


def _plain(text: str) -> str:
    return " ".join(words(re.sub(r"\b(i)['’]?m\b", r"\1 am", text.lower())))


def _said(turns: Sequence[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(content_words, turns))


def _texts(profile: Profile) -> list[str]:
    return [*(fact.text for fact in profile.facts), *profile.goals]


def _rate(name: str, values: list[float], groups: list[str], *bars: tuple[str, float]) -> Measure:
    return measured(
        name,
        "conversation",
        values,
        groups=groups,
        better="as people",
        thresholds=bars,
        otherwise="no profile has facts",
    )
