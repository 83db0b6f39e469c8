"""One fact about a made-up character, and every way to express, deny or leave it open."""

import random
from dataclasses import dataclass

from guards.training.material import Kind, Split, kinds, phrases, related
from guards.training.voice import to_third

PRONOUNS = {
    "names_she": ("she", "her", "her"),
    "names_he": ("he", "him", "his"),
    "names_they": ("they", "them", "their"),
}


@dataclass(frozen=True, slots=True)
class Character:
    """A made-up speaker."""

    name: str
    pronouns: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A first-person claim with what agrees, disagrees, and asks about it."""

    kind: Kind
    claim: str
    agree: tuple[str, ...]
    """Other sentences that say the same."""
    disagree: tuple[str, ...]
    wh: tuple[str, ...]
    asks_true: tuple[str, ...]
    """Yes/no questions that the fact answers with yes."""
    asks_false: tuple[str, ...]
    """Yes/no questions that the fact answers with no."""
    elliptic: str
    """A bare answer to a wh-question, or empty."""
    wrong_elliptic: str
    other_values: tuple[str, ...]
    """Claims of the same kind that neither follow from the fact nor deny it."""


def a_character(rng: random.Random, split: Split) -> Character:
    """Draw a speaker."""
    group = rng.choices(list(PRONOUNS), (9, 9, 2))[0]
    return Character(rng.choice(phrases(split)[group]), PRONOUNS[group])


def a_fact(rng: random.Random, split: Split, *, avoid: frozenset[str] = frozenset()) -> Fact:
    """Draw a fact of a kind outside `avoid`."""
    open_kinds = [kind for kind in kinds(split) if kind.name not in avoid]
    kind = rng.choice(open_kinds)
    return _valued(rng, kind) if kind.values else _polar(rng, kind)


def unrelated(rng: random.Random, split: Split, fact: Fact) -> Fact:
    """Draw a fact that shares no topic with `fact`."""
    return a_fact(rng, split, avoid=related(fact.kind.name))


def in_third(claim: str, who: Character, *, short: bool = False) -> str:
    """Return `claim` said of the character, by first name with `short`."""
    titled = who.name.split()[0] in (
        "Dr.",
        "Sir",
        "Queen",
        "Captain",
        "Professor",
        "Old",
        "The",
        "Father",
        "Chief",
        "Unit",
    )
    name = who.name.split()[0] if short and not titled else who.name
    return to_third(claim, name, who.pronouns)


def statable(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sentences that read well in the third person."""
    fit = tuple(s for s in sentences if s.startswith(("I ", "I'm ", "I've ", "My ")))
    return fit or sentences


def _valued(rng: random.Random, kind: Kind) -> Fact:
    if len(kind.values) > 1:
        value, other = rng.sample(kind.values, 2)
    else:
        value, other = kind.values[0], ""
    affirm, deny = _filled(kind.affirm, value), _filled(kind.deny, value)
    if rng.random() < 0.22 and any("{v}" in template for template in kind.deny):
        return _denied(rng, kind, value, other)
    wrong = _filled(kind.affirm, other) if other else ()
    false_asks = _filled(kind.yes_no, other) if kind.exclusive and other else ()
    return Fact(
        kind=kind,
        claim=rng.choice(statable(affirm)),
        agree=affirm,
        disagree=deny + (wrong if kind.exclusive else ()),
        wh=kind.wh,
        asks_true=_filled(kind.yes_no, value),
        asks_false=false_asks,
        elliptic=_sentence(value),
        wrong_elliptic=_sentence(other) if kind.exclusive and other else "",
        other_values=() if kind.exclusive else wrong,
    )


def _denied(rng: random.Random, kind: Kind, value: str, other: str) -> Fact:
    """Return a negative fact: the character does *not* have `value`."""
    naming = tuple(template for template in kind.deny if "{v}" in template)
    claims = statable(_filled(naming, value))
    return Fact(
        kind=kind,
        claim=rng.choice(claims),
        agree=_filled(kind.deny, value),
        disagree=_filled(kind.affirm, value),
        wh=(),
        asks_true=(),
        asks_false=_filled(kind.yes_no, value),
        elliptic="",
        wrong_elliptic="",
        other_values=_filled(naming, other) if other else (),
    )


def _polar(rng: random.Random, kind: Kind) -> Fact:
    pro = rng.random() < 0.55
    agree, disagree = (kind.affirm, kind.deny) if pro else (kind.deny, kind.affirm)
    return Fact(
        kind=kind,
        claim=rng.choice(statable(agree)),
        agree=agree,
        disagree=disagree,
        wh=kind.wh,
        asks_true=kind.yes_no if pro else (),
        asks_false=() if pro else kind.yes_no,
        elliptic="",
        wrong_elliptic="",
        other_values=(),
    )


def _filled(templates: tuple[str, ...], value: str) -> tuple[str, ...]:
    filled = (template.replace("{v}", value) for template in templates)
    return tuple(text[:1].upper() + text[1:] for text in filled)


def _sentence(value: str) -> str:
    return value[:1].upper() + value[1:] + "."
