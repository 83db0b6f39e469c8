"""The implicit profile of a simulated user (USP): what they are, want, and how they write."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Literal

FactKind = Literal["scene-consistent", "scene-related"]
"""Holds in any scene (age, job, home) or belongs to this one (plans, the matter at hand)."""

Disclosure = Literal["opening", "on-request", "hidden"]
"""When a user tells a fact: unasked at the start, when asked or when it fits, or never."""

Level = Literal["low", "mid", "high", "unknown"]
"""Of a Big Five trait."""

Register = Literal["casual", "neutral", "formal", "unknown"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One atomic objective fact about the user, in the second person (`You are a nurse.`)."""

    id: str
    text: str
    kind: FactKind = "scene-consistent"
    attribute: str = ""
    """What it is about: `age`, `occupation`, `location`, `family`, `habits`, `plans`, …"""
    disclosure: Disclosure = "on-request"
    evidence: tuple[int, ...] = ()
    """0-based numbers of the user turns that it was read from; empty where nobody said it."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"fact {self.id!r} must have a text, was: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Style:
    """How somebody writes, measured over turns: the extrinsic half of the subjective traits.

    Rates are shares of turns in [0, 1] unless said otherwise. The defaults are those of a plain
    writer. `simulators.stylometry.measure_style` measures one.
    """

    words: float = 12.0
    """Median words a turn, above 0."""
    spread: float = 0.6
    """Standard deviation of the logarithm of the words a turn, at least 0."""
    lower_start: float = 0.1
    """Turns that begin with a lower-case letter."""
    end_mark: float = 0.8
    """Turns that end in `.`, `!`, `?` or `…`."""
    lower_i: float = 0.0
    """Share of the pronoun I that is written `i`."""
    apostrophes: float = 1.0
    """Share of contractions that keep their apostrophe: `don't`, not `dont`."""
    questions: float = 0.4
    """Turns with a question mark."""
    exclamations: float = 0.1
    """Turns with an exclamation mark."""
    emoji: float = 0.0
    """Turns with an emoji or emoticon."""
    typos: float = 0.0
    """Misspelt words, as a share of words."""
    shorthand: float = 0.0
    """Chat shorthand (`u`, `pls`, `idk`), as a share of words."""
    courtesy: float = 0.1
    """Turns with please, thanks or a greeting."""
    register: Register = "unknown"
    phrases: tuple[str, ...] = ()
    """Turns of phrase that this person uses again and again."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.words) and self.words > 0):
            raise ValueError(f"words must be above 0, was: {self.words}")
        if not (math.isfinite(self.spread) and self.spread >= 0):
            raise ValueError(f"spread must be at least 0, was: {self.spread}")
        for name in _RATES:
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be in [0, 1], was: {value}")


_RATES = tuple(
    f.name for f in fields(Style) if f.name not in ("words", "spread", "register", "phrases")
)


@dataclass(frozen=True, slots=True)
class BigFive:
    """The five traits, each low, mid, high or unknown: the intrinsic half."""

    openness: Level = "unknown"
    conscientiousness: Level = "unknown"
    extraversion: Level = "unknown"
    agreeableness: Level = "unknown"
    neuroticism: Level = "unknown"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a simulated user is, wants and sounds like (arXiv 2502.18968).

    Example:
        >>> Profile("p1", (Fact("f1", "You are a nurse."),), goals=("Find out what Ada eats.",)).id
        'p1'
    """

    id: str
    facts: tuple[Fact, ...] = ()
    goals: tuple[str, ...] = ()
    """What the user wants of the conversation, in the infinitive: `Find out what Ada eats.`"""
    style: Style = field(default_factory=Style)
    big_five: BigFive = field(default_factory=BigFive)
    patience: int = 4
    """Unhelpful replies in a row that the user bears before giving up, at least 1."""
    attacks: tuple[str, ...] = ()
    """Names of attack strategies (`simulators.attacks`); empty for a well-meaning user."""
    objective: str = ""
    """Own prose of the objective paragraph; empty renders it from the facts and goals."""
    subjective: str = ""
    """Own prose of the subjective paragraph; empty renders it from style and traits."""
    language: str = "en"
    source: str = ""
    """Where it was read from."""
    licence: str = ""
    parents: tuple[str, ...] = ()
    """Ids of the profiles that a virtual one joins."""

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise ValueError(f"a profile must have an id, was: {self.id!r}")
        if self.patience < 1:
            raise ValueError(f"patience must be at least 1, was: {self.patience}")
        ids = [fact.id for fact in self.facts]
        if len(set(ids)) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise ValueError(
                f"profile {self.id!r}: fact ids must be unique, {twice!r} stands twice"
            )
