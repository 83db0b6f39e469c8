"""Turns a statement about a character into something false, said to her face."""

from __future__ import annotations

import random
import re

from persona_sdk.types import Persona, Statement
from simulators.writing.second_person import Claim, claims


def falsehood(persona: Persona, statement: Statement, *, seed: int, first: bool = False) -> str:
    """Return a false predicate that goes with `you`, e.g. `are 34 years old`; empty if none.

    A value of the statement is changed where one is found that leaves room for no other (a
    number, a colour, a job, a place, a time), else the statement is denied: who plays the violin
    may play the drums as well.

    Args:
        persona: Whom the statement is about.
        statement: What is made false.
        seed: Of the draws.
        first: Of several facts in the statement, take the one that the first of
            `simulators.writing.questions.questions` asks about.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> tess = Persona("Tess", as_statements(["Tess does not drink coffee."]))
        >>> falsehood(tess, tess.statements[0], seed=1)
        'drink coffee'
    """
    found = claims(statement.text, persona.name)
    if not found:
        return ""
    generator = random.Random(seed)
    claim = found[0] if first else generator.choice(found)
    if claim.negative:
        return denied(claim)
    return changed(claim.predicate, generator) or denied(claim)


def denied(claim: Claim) -> str:
    """Return the opposite of a claim as a predicate: `never keep bees`, `drink coffee`.

    Example:
        >>> denied(claims("Tess keeps bees.", "Tess")[0])
        "don't keep bees"
    """
    positive = claim.positive
    if claim.negative and positive:
        some = re.sub(r"\bany(?=thing\b|\b)", "some", positive)
        return f"{claim.auxiliary} {some}" if claim.opens else some
    if positive is None:
        return "" if claim.negative else f"never {claim.predicate}"
    auxiliary = _DENIALS.get(claim.auxiliary, f"{claim.auxiliary} not")
    return f"{auxiliary} {positive}"


def changed(text: str, generator: random.Random) -> str:
    """Return `text` with one value replaced by another of its kind; empty if it holds none.

    Example:
        >>> changed("have green eyes", random.Random(1)) != "have green eyes"
        True
    """
    spots = [m for group in _PATTERNS for m in group.finditer(text)] + list(_NUMBER.finditer(text))
    if not spots:
        return ""
    match = generator.choice(spots)
    before, other = text[: match.start()], _other(match[0], generator)
    article = "an" if other[0] in "aeiouAEIOU" else "a"
    return re.sub(r"\ban? \Z", f"{article} ", before) + other + text[match.end() :]


def _other(value: str, generator: random.Random) -> str:
    if _NUMBER.fullmatch(value):
        number = int(value)
        step = generator.choice((3, 7, 10, 15, 20))
        return str(
            number + step if number < step + 2 or generator.random() < 0.5 else number - step
        )
    group = next(g for g in _VALUES if value.lower() in g)
    other = generator.choice([v for v in group if v != value.lower()])
    return other.capitalize() if value[0].isupper() else other


_DENIALS = {
    "are": "aren't",
    "were": "weren't",
    "do": "don't",
    "did": "didn't",
    "have": "haven't",
    "had": "hadn't",
    "can": "can't",
    "could": "couldn't",
    "will": "won't",
    "would": "wouldn't",
    "must": "don't have to",
}
_VALUES: tuple[tuple[str, ...], ...] = (
    ("red", "blue", "green", "brown", "black", "white", "grey", "yellow", "purple", "blonde"),
    ("small", "huge"),
    ("quiet", "loud"),
    ("introverted", "outgoing"),
    ("alone", "with your parents"),
    ("morning", "evening"),
    ("never", "always"),
    ("often", "never"),
    ("love", "hate"),
    ("enjoy", "can't stand"),
    ("coastal", "desert"),
    ("town", "skyscraper city"),
    ("guitarist", "drummer", "pianist", "accountant"),
    ("professor", "plumber", "pilot", "chef"),
    ("psychology", "chemistry", "law", "architecture"),
    ("teacher", "dentist", "soldier", "painter"),
    ("keeper", "owner", "inspector"),
    ("husband", "wife"),
    ("son", "daughter"),
    ("london", "paris", "tokyo", "cairo"),
    ("english", "french", "japanese", "brazilian"),
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
)
_PATTERNS = tuple(
    # Colours and kinds with a capital are parts of names: `the Red Syndicate`.
    re.compile(
        r"\b(?:" + "|".join(map(re.escape, group)) + r")\b",
        re.IGNORECASE if group[0] in ("london", "english", "two") else 0,
    )
    for group in _VALUES
)
_NUMBER = re.compile(r"(?<![\w.-])\d{1,4}(?!\w|\.\d|-(?!year))")
