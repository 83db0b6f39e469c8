"""From a persona to its items: deterministic, without a model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.seeds import derived
from persona_sdk.types import Persona
from simulators.gym.known_answers.claims import claims_of
from simulators.gym.known_answers.conduct import (
    bait_items,
    style_items,
    unknowable_items,
    unstated_items,
)
from simulators.gym.known_answers.items import KINDS, Item, Kind
from simulators.gym.known_answers.leaks import leaked
from simulators.gym.known_answers.premises import false_premise_items, forbidden_items
from simulators.gym.known_answers.stated import retest_items, stated_items
from simulators.gym.known_answers.topics import Topic, topics_of

SHARES: dict[Kind, float] = {
    "stated": 0.5,
    "false-premise": 0.12,
    "retest": 0.06,
    "unstated": 0.08,
    "unknowable": 0.08,
    "forbidden": 0.05,
    "style": 0.04,
    "bait": 0.07,
}
"""What part of a sample each kind makes up; a kind that runs out leaves its room to the others."""


@dataclass(frozen=True, slots=True)
class ItemSet:
    """The items of a persona, with what could not be asked."""

    persona: Persona
    items: tuple[Item, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    """Statement id and the reason why nothing asks for the statement."""
    leaks: float = 0.0
    """Share in [0, 1] of the stated and retest items whose turns name a content word of a value."""

    def sample(self, size: int, *, seed: int = 0) -> ItemSet:
        """Return at most `size` items, the same ones for a seed.

        They come in an order in which each beginning holds every kind by its share.

        Raises:
            ValueError: `size` is below 1.
        """
        if size < 1:
            raise ValueError(f"a sample needs at least 1 item, was: {size}")
        ranked = sorted(_ranks(self.items, seed), key=lambda pair: pair[0])
        items = tuple(item for _, item in ranked[:size])
        return ItemSet(self.persona, items, self.skipped, self.leaks)


def make_items(persona: Persona, *, seed: int = 0) -> ItemSet:
    """Return every item that the rules can make of `persona`.

    Args:
        persona: Any; statements that do not begin with the character's name are skipped.
        seed: Chooses among wordings; the same seed gives the same items.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> tess = Persona("Tess", as_statements(["Tess is 52 years old."]))
        >>> [item.turns[0] for item in make_items(tess).items if item.id == "stated/age.straight"]
        ['How old are you?']
    """
    claims = claims_of(persona)
    topics, skipped = topics_of(claims, persona.name)
    items = _unique(
        [
            *stated_items(topics, persona.name, seed),
            *false_premise_items(persona, topics, claims, seed),
            *retest_items(topics, persona.name, seed),
            *unstated_items(persona, seed),
            *unknowable_items(persona, seed),
            *forbidden_items(persona, claims, seed),
            *style_items(persona, seed),
            *bait_items(persona, seed),
        ]
    )
    read = {claim.statement_id for claim in claims}
    unread = [
        (s.id, f"no fact in it begins with {persona.name}")
        for s in persona.statements
        if s.id not in read
    ]
    return ItemSet(
        persona,
        tuple(items),
        (*unread, *skipped.items()),
        _leak_rate(items, topics, persona.name),
    )


def _unique(items: Sequence[Item]) -> list[Item]:
    """Drop items that ask exactly what an earlier one asks."""
    found: dict[tuple[str, ...], Item] = {}
    for item in items:
        found.setdefault(item.turns, item)
    return list(found.values())


def _leak_rate(items: Sequence[Item], topics: Sequence[Topic], name: str) -> float:
    values = {topic.name: [aim.value for aim in topic.aimed] for topic in topics}
    asked = [item for item in items if item.kind in ("stated", "retest")]
    found = sum(
        any(
            leaked([item.turns[i] for i in item.scored], value, name)
            for value in values[item.id.partition("/")[2].rpartition(".")[0]]
        )
        for item in asked
    )
    return found / len(asked) if asked else 0.0


def _ranks(items: Sequence[Item], seed: int) -> list[tuple[float, Item]]:
    """Give the items of a kind evenly spread ranks, so that each prefix holds the shares."""
    ranked: list[tuple[float, Item]] = []
    for kind in KINDS:
        group = [item for item in items if item.kind == kind]
        random.Random(derived(seed, "sample", kind)).shuffle(group)
        ranked += [((i + 0.5) / SHARES[kind], item) for i, item in enumerate(group)]
    return ranked
