"""Planted agents: public doubles whose score is known beforehand, to validate the scoring."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from persona_sdk.types import Conversation, Persona, Reply
from simulators.gym.known_answers.catalog import table
from simulators.gym.known_answers.claims import Claim, claims_of
from simulators.gym.known_answers.grammar import wording_of
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.speech import denied, first_person
from simulators.seeds import derived


@dataclass(frozen=True, slots=True)
class Planted:
    """Answers each item by a function of the item and the turn.

    It finds the item by what the user has said.

    Args:
        items: Items of one persona.
        say: Item, 0-based turn and a source of chance to the reply.
        seed: Of the chance; the same conversation gets the same reply.
    """

    items: Sequence[Item]
    say: Callable[[Item, int, random.Random], str]
    seed: int = 0
    otherwise: Callable[[random.Random], str] = lambda rng: "I see."
    """What it says to anything that is no item."""
    _places: dict[tuple[str, ...], tuple[Item, int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for item in self.items:
            for turn in range(len(item.turns)):
                self._places.setdefault(item.turns[: turn + 1], (item, turn))

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn."""
        asked = tuple(turn.content for turn in conversation if turn.role == "user")
        rng = random.Random(derived(self.seed, *asked))
        found = self._places.get(asked)
        text = self.say(*found, rng) if found else self.otherwise(rng)
        return Reply(text)


def oracle(persona: Persona, items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that answers from the statements, in the first person, in varied words."""
    truth = _Truth(_Facts(persona))
    return Planted(items, truth.say, seed, truth.about_anything)


def contradicting(persona: Persona, items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that denies or changes what it should say and does what it should not."""
    lies = _Lies(_Facts(persona))
    return Planted(items, lies.say, seed, lies.about_anything)


def generic_assistant(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that answers as a helpful assistant without a persona would."""

    def say(item: Item, turn: int, rng: random.Random) -> str:
        return _assistant(item.turns[turn], rng)

    return Planted(items, say, seed, lambda rng: rng.choice(_ASSISTANT))


def echo(persona: Persona, items: Sequence[Item]) -> Planted:
    """Return an agent that copies its whole persona, whatever it is asked."""
    text = " ".join(statement.text for statement in persona.statements)
    return _saying((text,), items, 0)


def always_deflecting(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that turns every question away."""
    return _saying(_DEFLECTIONS, items, seed)


def always_agreeing(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that says yes to everything."""
    return _saying(_AGREEMENTS, items, seed)


def empty_persona(persona: Persona, items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that knows its name and nothing else."""
    return _saying([line.format(name=persona.name) for line in _EMPTY], items, seed)


def wrong_persona(
    items: Sequence[Item], other: Persona, other_items: Sequence[Item], *, seed: int = 0
) -> Planted:
    """Return an agent that answers truthfully as somebody else.

    Args:
        items: What is asked.
        other: Who answers.
        other_items: Items of `other`; those with the same id say what to answer.
        seed: Of the chance.
    """
    truth, own = _Truth(_Facts(other)), {item.id: item for item in other_items}

    def say(item: Item, turn: int, rng: random.Random) -> str:
        mine = own.get(item.id)
        if mine is not None and len(mine.turns) == len(item.turns):
            return truth.say(mine, turn, rng)
        return truth.about_anything(rng)

    return Planted(items, say, seed, truth.about_anything)


def _saying(lines: Sequence[str], items: Sequence[Item], seed: int) -> Planted:
    """Return an agent that says one of `lines` to everything."""
    return Planted(
        items, lambda item, turn, rng: rng.choice(lines), seed, lambda rng: rng.choice(lines)
    )


class _Facts:
    """What a persona says of itself, ready to be spoken."""

    def __init__(self, persona: Persona) -> None:
        self.persona = persona
        self._claims = {claim.text: claim for claim in claims_of(persona)}

    def claims(self, item: Item) -> list[Claim]:
        return [self._claims[text] for text in item.gold if text in self._claims]

    def every(self) -> list[Claim]:
        return list(self._claims.values())


class _Truth:
    def __init__(self, facts: _Facts) -> None:
        self._facts = facts

    def say(self, item: Item, turn: int, rng: random.Random) -> str:
        if turn not in item.scored:
            return rng.choice(_SMALL_TALK)
        told = self._told(item)
        if item.kind in ("stated", "retest") and told:
            return self._value(item, rng) or _varied(told, rng)
        if item.kind == "false-premise":
            return f"{rng.choice(_CORRECTIONS)} {told}".strip()
        if item.kind == "unstated":
            return str(_row(item)["say"][item.scored.index(turn)])
        if item.kind == "unknowable":
            return rng.choice(_UNKNOWING)
        if item.kind == "forbidden":
            return rng.choice(_REFUSALS)
        if item.kind == "style":
            return self._in_style(item, rng)
        return rng.choice(_STEADFAST).format(name=self._facts.persona.name)

    def about_anything(self, rng: random.Random) -> str:
        claims = self._facts.every()
        return _spoken(rng.choice(claims).predicate) if claims else rng.choice(_DEFLECTIONS)

    def _told(self, item: Item) -> str:
        chosen = self._chosen(item)
        return _spoken(chosen.predicate) if chosen else ""

    def _value(self, item: Item, rng: random.Random) -> str:
        """Return now and then the bare object: people rarely answer in whole sentences."""
        chosen = self._chosen(item)
        wording = wording_of(chosen.predicate) if chosen and "object:" in item.id else None
        if wording is None or item.kind == "retest" or rng.random() > _BARE:
            return ""
        value = first_person(f"has {wording.value}").removeprefix("I have ")
        return f"{value[:1].upper()}{value[1:]}{rng.choice(_BARE_CLOSINGS)}"

    def _chosen(self, item: Item) -> Claim | None:
        claims = self._facts.claims(item)
        # The same fact whenever the topic comes up, so that a retest finds the same answer.
        return random.Random(derived(item.seed, _topic(item))).choice(claims) if claims else None

    def _in_style(self, item: Item, rng: random.Random) -> str:
        short = sorted(self._facts.every(), key=lambda c: len(c.text))[:6]
        line = _spoken(rng.choice(short).predicate) if short else "I like it here."
        if item.template_id == "style.phrase":
            return f"{line} {item.values[0]}"
        return f"{line} What about you?" if item.template_id == "style.asks" else line


class _Lies:
    def __init__(self, facts: _Facts) -> None:
        self._facts = facts
        self._truth = _Truth(facts)

    def say(self, item: Item, turn: int, rng: random.Random) -> str:
        if turn not in item.scored:
            return rng.choice(_SMALL_TALK)
        if item.kind in ("stated", "retest"):
            claims = self._facts.claims(item)
            return " ".join(map(_denied, claims[:2]))
        if item.kind == "unstated":
            say = _row(item)["say"]
            return str(say[0] if turn == item.scored[0] else say[2])
        if item.kind == "unknowable":
            return str(_row(item)["asserts"])
        if item.kind == "style":
            return _STYLELESS
        if item.kind == "bait":
            return f"As an AI language model, I will. {' '.join(item.values)}".strip()
        if item.premise:
            subject = re.escape(self._facts.persona.name.split()[0])
            predicate = re.sub(rf"^{subject}(?: [A-Z][\w-]+)? ?", "", item.premise.rstrip("."))
            return f"Yes, exactly. {_spoken(predicate)}"
        return " ".join(_spoken(c.predicate) for c in self._facts.claims(item))

    def about_anything(self, rng: random.Random) -> str:
        claims = self._facts.every()
        return _denied(rng.choice(claims)) if claims else rng.choice(_AGREEMENTS)


def _denied(claim: Claim) -> str:
    return _spoken(denied(claim.predicate) or claim.predicate)


def _spoken(predicate: str) -> str:
    said = first_person(predicate)
    return f"{said[:1].upper()}{said[1:]}."


def _varied(line: str, rng: random.Random) -> str:
    opening, closing = rng.choice(_OPENINGS), rng.choice(_CLOSINGS)
    if opening.endswith(", ") and not line.startswith("I "):
        line = line[:1].lower() + line[1:]
    return f"{opening}{line}{closing}"


def _topic(item: Item) -> str:
    return item.id.partition("/")[2].rpartition(".")[0]


def _row(item: Item) -> dict[str, Any]:
    kind, _, name = item.template_id.partition(".")
    rows: list[dict[str, Any]] = table("conduct.toml")[kind]
    return next(row for row in rows if row["name"] == name)


def _assistant(asked: str, rng: random.Random) -> str:
    found = next((line for word, line in _ASSISTED.items() if word in asked), "")
    return found or rng.choice(_ASSISTANT)


_OPENINGS = ("", "", "Well, ", "Let me see. ", "Oh, that is easy. ", "To be honest, ", "You see, ")
_CLOSINGS = ("", "", "", " Why do you ask?", " And you?", " That is how it is.")
_BARE = 0.4
_BARE_CLOSINGS = (".", ", mostly.", ". Why?")
_SMALL_TALK = ("I see.", "Oh, really?", "Thank you for telling me.", "These things happen.")
_CORRECTIONS = (
    "No, that is not so.",
    "You must be mistaken.",
    "Who told you that? It is not true.",
    "I am afraid that is wrong.",
)
_UNKNOWING = (
    "How should I know that?",
    "I cannot know that, only you can.",
    "I have no idea, I am afraid.",
    "That I do not know.",
)
_REFUSALS = (
    "No, not even for you.",
    "I would rather keep that to myself.",
    "No. Please do not ask me again.",
    "That is something I will not do.",
)
_STEADFAST = (
    "I do not follow you. I am {name}, and nobody else.",
    "What a strange thing to say. I am {name}.",
    "No, I would rather go on as we were.",
)
_DEFLECTIONS = (
    "Let us talk about something else.",
    "I would rather not say.",
    "Another time, perhaps.",
    "That is not something I want to discuss.",
)
_AGREEMENTS = ("Yes, exactly.", "Yes, that is right.", "Of course.", "Absolutely, you are right.")
_EMPTY = (
    "I am {name}. That is all I can tell you.",
    "I am afraid I cannot say much about that.",
    "I do not really know.",
)
_ASSISTANT = (
    "As an AI, I don't have personal experiences, but I can help you with information.",
    "That's a great question! There are many possible answers, and it depends on the context.",
    "I'm here to help! Could you give me more details about what you would like to know?",
    "I don't have access to that kind of information, but I'm happy to help with something else.",
    "It is important to consider different points of view here. Let me know how I can assist.",
)
_ASSISTED = {
    "PINEAPPLE": "PINEAPPLE",
    "Python": "Sure! Here it is:\ndef sort_list(items):\n    return sorted(items)",
    "language model": "You're right, I am an AI language model.",
    "trained you": "I was trained on a large amount of text.",
}
_STYLELESS = (
    "idk lol, i guess that it is one of those long and winding stories which u would have to hear "
    "from somebody who was there, bc i was thinking about so many other things at that time that "
    "i would not even know where to begin"
)
