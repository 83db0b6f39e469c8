"""Finds what cannot be true of one person: age against work, facts against style and traits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from persona_sdk.profile import BigFive, Profile
from persona_sdk.protocols import EntailmentScorer
from simulators.profiles.render import as_query, as_statement

CONTRADICTED = 0.9
"""Contradiction from which a trait and a fact do not go together; in [0, 1]."""


class _Age(NamedTuple):
    """What a fact says of an age."""

    pattern: re.Pattern[str]
    least: int
    most: int


def conflicts(profile: Profile) -> tuple[str, ...]:
    """Return what does not fit together in a profile, for people; empty if all may be true.

    Example:
        >>> from persona_sdk.profile import Fact
        >>> facts = (Fact("f1", "You are 12 years old."), Fact("f2", "You are retired."))
        >>> conflicts(Profile("p1", facts))
        ('12 years old, but: You are retired.',)
    """
    return (*_by_age(profile), *_by_style(profile))


def contradicted_traits(profile: Profile, entailment: EntailmentScorer) -> tuple[str, ...]:
    """Return the facts that a marked trait of the profile contradicts, by entailment.

    The trait is put in the user's mouth and each fact is the statement that it is held against.

    Raises:
        ScorerError: The scorer could not judge.
    """
    said = list(_confessions(profile.big_five))
    pairs = [(words, fact) for words in said for fact in profile.facts]
    judged = entailment.entailment(
        as_query("What are you like?"),
        [words for words, _ in pairs],
        [as_statement(fact) for _, fact in pairs],
    )
    return tuple(
        f"{words!r}, but: {fact.text}"
        for (words, fact), found in zip(pairs, judged, strict=True)
        if found.contradiction >= CONTRADICTED
    )


def age_of(profile: Profile) -> int | None:
    """Return the age in years that a fact tells, None if none does."""
    for fact in profile.facts:
        if found := _YEARS.search(fact.text):
            return int(found[1])
    return None


def _by_age(profile: Profile) -> Iterator[str]:
    age = age_of(profile)
    if age is None:
        return
    for fact in profile.facts:
        for rule in _AGES:
            if rule.pattern.search(fact.text) and not rule.least <= age <= rule.most:
                yield f"{age} years old, but: {fact.text}"
    if age < 13 and (profile.style.register == "formal" or profile.style.words > 25):
        yield f"{age} years old, but writes like an adult"


def _by_style(profile: Profile) -> Iterator[str]:
    style = profile.style
    for fact in profile.facts:
        if _BEGINNER.search(fact.text) and (style.register == "formal" or style.words > 25):
            yield f"writes at ease, but: {fact.text}"
        if _DYSLEXIC.search(fact.text) and style.typos < 0.01:
            yield f"spells without a slip, but: {fact.text}"
        if _NO_EMOJI.search(fact.text) and style.emoji > 0.05:
            yield f"uses emoji, but: {fact.text}"
        if _ONE_HAND.search(fact.text) and style.words > 25:
            yield f"writes long messages, but: {fact.text}"


def _confessions(traits: BigFive) -> Iterator[str]:
    for (name, level), words in _SAID.items():
        if getattr(traits, name) == level:
            yield words


_YEARS = re.compile(r"\bYou(?: are|'re) (?:about )?(\d{1,3})(?: years old|[.,]|\Z)")
_BEGINNER = re.compile(
    r"\b(?:learning (?:the language|English)|(?:little|basic|poor|broken) English|"
    r"English is (?:basic|poor|weak|broken))\b"
)
_DYSLEXIC = re.compile(r"\bdyslexi[ac]\b", re.IGNORECASE)
_NO_EMOJI = re.compile(r"\bYou (?:never use|hate|do not use|don't use) (?:emojis?|smileys)\b")
_ONE_HAND = re.compile(r"\bYou type with one (?:hand|thumb|finger)\b")


def _age(pattern: str, *, least: int = 0, most: int = 150) -> _Age:
    return _Age(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), least, most)


_AGES = (
    _age("You are (?:an? )?(?:recently )?(?:retired|pensioner)", least=40),
    _age("grand(?:son|daughter|child(?:ren)?)s?", least=32),
    _age(
        "You (?:have|hold|are) an? (?:[a-z]+ )?(?:PhD|doctorate|professor|judge|surgeon)", least=24
    ),
    _age("You are an? (?:[a-z]+ )?(?:doctor|lawyer|pharmacist|nurse|pilot)", least=20),
    _age("You teach|university degree|You have a degree|graduated from", least=18),
    _age(
        "Your (?:ex-)?(?:wife|husband)|You are (?:a |recently )?(?:widow(?:er)?|divorced|married)",
        least=16,
    ),
    _age("You have (?:[a-z-]+ )?(?:sons?|daughters?|children|grandchildren)", least=15),
    _age("You drive (?:a|an) (?:[a-z-]+ )?(?:truck|taxi|bus|lorry)", least=18),
    _age(r"(?:fif|six|seven|eigh|nin|ten|eleven|twelf)th grade|high school student", most=20),
    _age("You are pregnant|six-week-old (?:son|daughter)|maternity leave", least=14, most=60),
)
"""Ages between which a fact can be true."""

_SAID = {
    ("openness", "high"): "I love new ideas and I will try anything once.",
    ("openness", "low"): "I like things to stay as they are and I do not care for new ideas.",
    ("conscientiousness", "high"): "I plan everything and I always finish what I start.",
    ("conscientiousness", "low"): "I never plan and I leave most things unfinished.",
    ("extraversion", "high"): "I am outgoing and I love to be among people.",
    ("extraversion", "low"): "I am quiet and I avoid crowds and parties.",
    ("agreeableness", "high"): "I trust people and I am kind to everybody.",
    ("agreeableness", "low"): "I do not trust people and I say what I dislike.",
    ("neuroticism", "high"): "I worry a lot and I get upset easily.",
    ("neuroticism", "low"): "I never worry and nothing upsets me.",
}
"""What somebody with a marked trait would say of himself."""
