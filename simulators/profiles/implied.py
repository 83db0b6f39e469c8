"""Facts that a user lets slip: `my dog`, `as a nurse`, `25f`, also in questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulators.profiles.attributes import JOBS
from simulators.profiles.claims import sentences
from simulators.profiles.material import is_play


def implied(turn: str) -> list[str]:
    """Return what a turn takes for granted about its speaker, as second-person facts.

    Example:
        >>> implied("can i feed my dog chocolate? asking as a nurse")
        ['You have a dog.', 'You are a nurse.']
    """
    if is_play(turn):
        return []
    found: list[str] = []
    for sentence in sentences(turn):
        if not _UNREAL.search(sentence):
            found += [*_possessions(sentence), *_descriptions(sentence)]
    return list(dict.fromkeys(found))


def _possessions(sentence: str) -> Iterator[str]:
    for match in _MY.finditer(sentence):
        number, noun = match["number"], match["noun"].lower()
        if number and number.lower() not in ("only", "own"):
            yield f"You have {number.lower()} {noun}."
        elif noun in _PLURALS:
            yield f"You have {noun}."
        else:
            yield f"You have {'an' if noun[0] in 'aeiou' else 'a'} {noun}."


def _descriptions(sentence: str) -> Iterator[str]:
    if match := _AS_A.search(sentence):
        yield f"You are {match['what'].lower()}."
    if match := _AGE.search(sentence):
        yield f"You are {match['age']} years old."
    if match := _AGE_SEX.search(sentence):
        yield f"You are {match['age']} years old."
        yield f"You are a {'woman' if match['sex'].lower() == 'f' else 'man'}."
    if match := _NAME.search(sentence):
        yield f"Your name is {match['name']}."


_PARTNERS = "wife|husband|girlfriend|boyfriend|fianc(?:e|ee|é|ée)|partner|ex-wife|ex-husband"
_KIN = "son|daughter|sons|daughters|kids|children|toddler|brother|sister|brothers|sisters"
_ANIMALS = "dog|cat|puppy|kitten|hamster|rabbit|parrot|horse|dogs|cats|horses"
_PLURALS = frozenset("sons daughters kids children brothers sisters dogs cats horses".split())
_MY = re.compile(
    r"\b(?:my|our) (?:(?P<number>two|three|four|five|\d)\s+|(?:only|own|little|older|younger|big|"
    r"eldest|youngest|new|\d+[- ](?:year|month)[- ]old|teenage|beloved|dear) )?"
    rf"(?P<noun>{_PARTNERS}|{_KIN}|{_ANIMALS})\b(?! (?:food|bed|house|party|photo|show|breed)\b)",
    re.IGNORECASE,
)
_AS_A = re.compile(
    r"\b(?:as|being|speaking as|asking as) "
    rf"(?P<what>an? (?:\w+ ){{0,2}}(?:{JOBS}|student|parent|mother|father|mom|mum|dad|beginner|"
    r"vegan|vegetarian|immigrant|american|christian|muslim))\b(?=,|\.|!|\?|$| (?:I|myself)\b)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b(?:I am|I'm|I’m|im|i turned) (?:an? |only |just |about |almost )?"
    r"(?P<age>[1-9]\d)(?:[- ]?(?:years?[- ]old|yrs? old|yo|y/o))\b",
    re.IGNORECASE,
)
_AGE_SEX = re.compile(r"(?:^|\b(?:I|i|i'm|I'm|im|am) ?\(?)(?P<age>[1-9]\d) ?/?(?P<sex>[mfMF])\b")
_NAME = re.compile(
    r"\b(?:[Mm]y name is|[Mm]y name's|[Cc]all me|I am called) (?!User|Name)(?P<name>[A-Z][a-z]+)\b"
)
_UNREAL = re.compile(
    r"\b(?:if|imagine|pretend|suppose|wish|would|future|imaginary|story|character|fictional|poem|"
    r"role-?play|act as|play|as though|want (?:a|to have)|don't have|do not have|no longer|"
    r"write)\b|[\"“”]",
    re.IGNORECASE,
)
