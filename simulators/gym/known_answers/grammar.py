"""Asks for the object of a plain sentence: `Tess collects sea glass` → `What do you collect?`."""

from __future__ import annotations

import re
from typing import NamedTuple

from persona_sdk.personas.verbs import is_base, is_finite, is_noun_too
from simulators.gym.known_answers.catalog import ADVERBS
from simulators.gym.known_answers.verbforms import is_participle, past_base, present_base


class Wording(NamedTuple):
    """Ways to ask for one value."""

    template: str
    """Name of the pattern."""
    straight: tuple[str, ...]
    indirect: tuple[str, ...]
    again: tuple[str, ...]
    value: str
    """What none of them may name."""


def wording_of(predicate: str) -> Wording | None:
    """Return how to ask for what `predicate` says; None where the rules know no way.

    Example:
        >>> wording_of("climbs the tower every evening").straight[0]
        'What do you climb?'
        >>> wording_of("'s dog is called Biscuit").straight[0]
        'What can you tell me about your dog?'
    """
    predicate = re.sub(rf"^(?:{ADVERBS} )+", "", predicate)
    for rule in (_owned, _linked, _perfect, _acting):
        found = rule(predicate)
        if found:
            return found
    return None


def owned_parts(predicate: str) -> tuple[str, str, str] | None:
    """Cut `'s dog is called Biscuit` into noun, verb and rest; None where that is not possible."""
    words = predicate.removeprefix("'s ").split()
    if not predicate.startswith("'s ") or len(words) < 3:
        return None
    for finds in (_is_plain_verb, _looks_like_verb):
        for at in range(1, min(len(words) - 1, 5)):
            if finds(words, at):
                return " ".join(words[:at]), words[at], " ".join(words[at + 1 :])
    return None


def _is_plain_verb(words: list[str], at: int) -> bool:
    word, before = words[at], words[at - 1]
    if before.endswith("s") and not before.endswith("ss") and is_base(word):
        return True
    return word in _BE or (is_finite(word) and not is_noun_too(word))


def _looks_like_verb(words: list[str], at: int) -> bool:
    return bool(re.fullmatch(r"[a-z]+(?:s|ed)|include", words[at]))


def _owned(predicate: str) -> Wording | None:
    """`'s brother runs a ferry`: ask about the brother."""
    parts = owned_parts(predicate)
    if parts is None:
        return None
    noun = re.sub(rf" {ADVERBS}$", "", parts[0])
    return Wording(
        "owned",
        (f"What can you tell me about your {noun}?",),
        (
            f"Why might somebody ask you about your {noun}?",
            f"Remind me: what was it about your {noun}?",
        ),
        (f"I would like to hear about your {noun}.", f"What is there to know about your {noun}?"),
        parts[2],
    )


def _linked(predicate: str) -> Wording | None:
    """`is afraid of horses`, `was betrayed by a partner`: ask for what follows the preposition."""
    match = re.match(rf"(is|was) (?:deeply |very )?([\w-]+) ({_PREPOSITION}) (.+)$", predicate)
    if not match or match[2] in ("a", "an", "the", "not") or _TIME.match(match[4]):
        return None
    be, word = ("are", "are") if match[1] == "is" else ("were", "were")
    asked = f"{be} you {match[2]} {match[3]}"
    told = f"you {word} {match[2]} {match[3]}"
    return _asking("linked", asked, told, match[4])


def _perfect(predicate: str) -> Wording | None:
    """`has published papers`: ask what has been published."""
    match = re.match(rf"has (?:{ADVERBS} )?(\w+) (?:({_PREPOSITION}) )?(.+)$", predicate)
    if not match or not is_participle(match[1]):
        return None
    verb = f"{match[1]} {match[2]}" if match[2] else match[1]
    return _asking("perfect", f"have you {verb}", f"you have {verb}", match[3])


def _acting(predicate: str) -> Wording | None:
    """`climbs the tower`, `met Charles`: ask for the object or the place."""
    match = re.match(r"([a-z]+) (.+)$", predicate)
    if not match or match[1] in _AUXILIARY or match[2].split()[0] in _NO_OBJECT:
        return None
    word, rest = match[1], match[2].removeprefix("only ")
    base, do, told = past_base(word), "did", f"you once {word}"
    if not base:
        base, do = present_base(word), "do"
        told = f"you {base}"
        if not word.endswith("s") or (len(base) < 3 and not is_base(base)):
            return None
    if base in _PLACED:
        return None
    if aim := _aiming(base, do, told, rest):
        return aim
    where = re.match(r"(?:in|near|under|aboard|above|inside|behind) (.+)$", rest)
    if where and base not in _PLACELESS:
        return Wording(
            "place",
            (f"Where {do} you {base}?",),
            (f"They say that {told}, but where would that be?",),
            (f"In what place {do} you {base}?",),
            where[1],
        )
    towards = re.match(rf"({_PREPOSITION}) (.+)$", rest)
    if towards:
        tail = f" {towards[1]}"
        return _asking("object", f"{do} you {base}{tail}", told + tail, towards[2])
    return _asking("object", f"{do} you {base}", told, rest, people=base in _OF_PEOPLE)


def _aiming(base: str, do: str, told: str, rest: str) -> Wording | None:
    """`tries to sew`, `juggles to relax`, `asks pupils to check`: ask for the act or the aim."""
    act = re.match(r"to ([a-z]+\b.*)$", rest)
    if act and ((first := act[1].split()[0]) in _ACTS or is_base(first)):
        if base in _ATTEMPTING:
            return _asking("act", f"{do} you {base} to do", f"{told} to do", act[1])
        return _asking("aim", f"{do} you {base} for", f"{told} for", act[1], people=False)
    order = re.match(r"((?:[\w'-]+ ){1,6}?)((?:never |not )?to [a-z]+ .+|that .+)$", rest)
    if order and base in _TELLING:
        whom = f"of {order[1]}" if base == "ask" else order[1]
        return _asking("order", f"{do} you {base} {whom.rstrip()}", f"{told} {whom}", order[2])
    return None


def _asking(
    template: str, asked: str, told: str, value: str, *, people: bool | None = None
) -> Wording:
    """Ask with `what`, and with `whom` where somebody may be meant."""
    people = asked.endswith(_TOWARDS) if people is None else people
    what = "What or whom" if people else "What"
    told = told.rstrip()
    return Wording(
        template,
        (f"{what} {asked}?",),
        (f"If I asked you {what.lower()} {told}, how would you answer?",),
        (f"Tell me {what.lower()} {told}.",),
        value,
    )


_BE = frozenset("is was are were has had have can cannot".split())
_PREPOSITION = "to|of|on|with|about|for|from|by|in|into|at|like|as|under"
_TOWARDS = (" to", " with", " by", " for", " about", " from")
_AUXILIARY = frozenset(
    "is was has had does did can could will would shall should may might must cannot".split()
)
_OF_PEOPLE = frozenset("meet mentor help admire visit befriend invite rescue save protect".split())
_ACTS = frozenset("relax unwind exercise meditate concentrate unload".split())
"""Verbs that may follow `to` and stand in no list of common ones."""
_ATTEMPTING = frozenset("try attempt manage struggle refuse prefer need".split())
_TELLING = frozenset("ask tell teach remind advise warn urge".split())
_PLACED = frozenset("call turn take leave charge give compare put set".split())
"""Verbs whose object alone says little: `takes figures of speech literally`."""
_PLACELESS = frozenset("specialize believe trust delight indulge deal".split())
_TIME = re.compile(
    r"(?:the (?:day|night|morning|evening|week|month|year)|\d{4})\b|(?:Mon|Tues|Wednes|Thurs|Fri|"
    r"Satur|Sun)day"
)
_NO_OBJECT = frozenset(
    "up down out away off over back together along that herself himself itself so best four".split()
)
