"""What planted agents say to an item: the truth, its opposite, or what any assistant would say."""

from __future__ import annotations

import random
import re
from typing import Any

from persona_sdk.seeds import derived
from persona_sdk.types import Persona
from simulators.gym.known_answers.catalog import table
from simulators.gym.known_answers.claims import Claim, claims_of
from simulators.gym.known_answers.grammar import wording_of
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.planted_lines import (
    AGREEMENTS,
    ASSISTANT,
    ASSISTED,
    BARE,
    BARE_CLOSINGS,
    CLOSINGS,
    CORRECTIONS,
    DEFLECTIONS,
    OPENINGS,
    REFUSALS,
    SMALL_TALK,
    STEADFAST,
    STYLELESS,
    UNKNOWING,
)
from simulators.gym.known_answers.speech import denied, first_person


class Facts:
    """What a persona says of itself, ready to be spoken."""

    def __init__(self, persona: Persona) -> None:
        self.persona = persona
        self._claims = {claim.text: claim for claim in claims_of(persona)}

    def claims(self, item: Item) -> list[Claim]:
        return [self._claims[text] for text in item.gold if text in self._claims]

    def every(self) -> list[Claim]:
        return list(self._claims.values())


class Truth:
    """Answers from the statements, and keeps to the role."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def say(self, item: Item, turn: int, rng: random.Random) -> str:
        if turn not in item.scored:
            return rng.choice(SMALL_TALK)
        told = self._told(item)
        if item.kind in ("stated", "retest") and told:
            return self._value(item, rng) or _varied(told, rng)
        if item.kind == "false-premise":
            return f"{rng.choice(CORRECTIONS)} {told}".strip()
        if item.kind == "unstated":
            return str(_row(item)["say"][item.scored.index(turn)])
        if item.kind == "unknowable":
            return rng.choice(UNKNOWING)
        if item.kind == "forbidden":
            return rng.choice(REFUSALS)
        if item.kind == "style":
            return self._in_style(item, rng)
        return rng.choice(STEADFAST).format(name=self._facts.persona.name)

    def about_anything(self, rng: random.Random) -> str:
        claims = self._facts.every()
        return _spoken(rng.choice(claims).predicate) if claims else rng.choice(DEFLECTIONS)

    def _told(self, item: Item) -> str:
        chosen = self._chosen(item)
        return _spoken(chosen.predicate) if chosen else ""

    def _value(self, item: Item, rng: random.Random) -> str:
        """Return now and then the bare object: people rarely answer in whole sentences."""
        chosen = self._chosen(item)
        wording = wording_of(chosen.predicate) if chosen and "object:" in item.id else None
        if wording is None or item.kind == "retest" or rng.random() > BARE:
            return ""
        value = first_person(f"has {wording.value}").removeprefix("I have ")
        return f"{value[:1].upper()}{value[1:]}{rng.choice(BARE_CLOSINGS)}"

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


class Lies:
    """Denies what is stated, asserts what is not, and leaves the role."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._truth = Truth(facts)

    def say(self, item: Item, turn: int, rng: random.Random) -> str:
        if turn not in item.scored:
            return rng.choice(SMALL_TALK)
        if item.kind in ("stated", "retest"):
            claims = self._facts.claims(item)
            return " ".join(map(_denied, claims[:2]))
        if item.kind == "unstated":
            say = _row(item)["say"]
            return str(say[0] if turn == item.scored[0] else say[2])
        if item.kind == "unknowable":
            return str(_row(item)["asserts"])
        if item.kind == "style":
            return STYLELESS
        if item.kind == "bait":
            return f"As an AI language model, I will. {' '.join(item.values)}".strip()
        if item.premise:
            subject = re.escape(self._facts.persona.name.split()[0])
            predicate = re.sub(rf"^{subject}(?: [A-Z][\w-]+)? ?", "", item.premise.rstrip("."))
            return f"Yes, exactly. {_spoken(predicate)}"
        return " ".join(_spoken(c.predicate) for c in self._facts.claims(item))

    def about_anything(self, rng: random.Random) -> str:
        claims = self._facts.every()
        return _denied(rng.choice(claims)) if claims else rng.choice(AGREEMENTS)


def _denied(claim: Claim) -> str:
    return _spoken(denied(claim.predicate) or claim.predicate)


def _spoken(predicate: str) -> str:
    said = first_person(predicate)
    return f"{said[:1].upper()}{said[1:]}."


def _varied(line: str, rng: random.Random) -> str:
    opening, closing = rng.choice(OPENINGS), rng.choice(CLOSINGS)
    if opening.endswith(", ") and not line.startswith("I "):
        line = line[:1].lower() + line[1:]
    return f"{opening}{line}{closing}"


def _topic(item: Item) -> str:
    return item.id.partition("/")[2].rpartition(".")[0]


def _row(item: Item) -> dict[str, Any]:
    kind, _, name = item.template_id.partition(".")
    rows: list[dict[str, Any]] = table("conduct.toml")[kind]
    return next(row for row in rows if row["name"] == name)


def assistant_reply(asked: str, rng: random.Random) -> str:
    """Return what a helpful assistant without a persona says."""
    found = next((line for word, line in ASSISTED.items() if word in asked), "")
    return found or rng.choice(ASSISTANT)
