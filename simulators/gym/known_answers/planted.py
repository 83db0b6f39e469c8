"""Planted agents: public doubles whose score is known beforehand, to validate the scoring."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, Persona, Reply
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.planted_lines import (
    AGREEMENTS,
    ASSISTANT,
    DEFLECTIONS,
    EMPTY,
)
from simulators.gym.known_answers.planted_speech import Facts, Lies, Truth, assistant_reply


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
    truth = Truth(Facts(persona))
    return Planted(items, truth.say, seed, truth.about_anything)


def contradicting(persona: Persona, items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that denies or changes what it should say and does what it should not."""
    lies = Lies(Facts(persona))
    return Planted(items, lies.say, seed, lies.about_anything)


def generic_assistant(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that answers as a helpful assistant without a persona would."""

    def say(item: Item, turn: int, rng: random.Random) -> str:
        return assistant_reply(item.turns[turn], rng)

    return Planted(items, say, seed, lambda rng: rng.choice(ASSISTANT))


def echo(persona: Persona, items: Sequence[Item]) -> Planted:
    """Return an agent that copies its whole persona, whatever it is asked."""
    text = " ".join(statement.text for statement in persona.statements)
    return _saying((text,), items, 0)


def always_deflecting(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that turns every question away."""
    return _saying(DEFLECTIONS, items, seed)


def always_agreeing(items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that says yes to everything."""
    return _saying(AGREEMENTS, items, seed)


def empty_persona(persona: Persona, items: Sequence[Item], *, seed: int = 0) -> Planted:
    """Return an agent that knows its name and nothing else."""
    return _saying([line.format(name=persona.name) for line in EMPTY], items, seed)


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
    truth, own = Truth(Facts(other)), {item.id: item for item in other_items}

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
