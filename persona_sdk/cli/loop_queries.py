"""Deals what a loop may ask: one part is learned from, the other is held out for the gate.

Questions are dealt by topic, the same for all characters: how old somebody is, is asked of all of
them in training or of none, in whatever words. Only what statements answer is learned from: of a
reply to a bait the guard cannot tell how good it is, so these are all held out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.seeds import derived
from persona_sdk.training.preferences.queries import read_queries
from persona_sdk.training.preferences.sampling import draw_queries
from persona_sdk.types import Conversation, Persona
from simulators.gym.known_answers.generate import make_items
from simulators.gym.known_answers.items import Item

LEARNED_SHARE = 0.5
"""Of the topics that statements answer, and of a file's queries."""

_WORDING = re.compile(r"^[^/]+/(?P<topic>.+?)(?:\.(?:straight|indirect|twice|turn-\d+))?$")


@dataclass(frozen=True, slots=True)
class Dealt:
    """Two parts without a topic in common."""

    learned: tuple[tuple[Persona, Conversation], ...]
    """What drafts are sampled to."""
    seen: tuple[str, ...]
    """Everything that items of the learned topics ask, in all wordings: left out of the gate."""
    held: tuple[Conversation, ...]
    """Queries of the file for the gate; its known-answer items are all that is not in `seen`."""


def deal(personas: Sequence[Persona], file: Path | None, *, most: int, seed: int) -> Dealt:
    """Deal the known-answer items of the personas, and the queries of a file.

    Args:
        personas: Whom to ask.
        file: Queries of the user's own, or None.
        most: Queries of a persona to learn from at most, at least 1.
        seed: Same seed, same parts; the gate makes its items with the same one.

    Raises:
        RowError: A line of the file is no query.
    """
    items = {p.name: make_items(p, seed=seed).items for p in personas}
    every = [item for found in items.values() for item in found if item.statement_ids]
    topics = sorted({topic_of(item) for item in every})
    random.Random(derived(seed, "topics")).shuffle(topics)
    learned_topics = set(topics[: round(len(topics) * LEARNED_SHARE)])
    own = _unique(read_queries(file)) if file else []
    random.Random(derived(seed, "file")).shuffle(own)
    mine, held = own[: len(own) // 2], own[len(own) // 2 :]
    learned: list[tuple[Persona, Conversation]] = []
    seen: list[str] = [talk.query for talk in mine]
    for persona in personas:
        taken = [item for item in items[persona.name] if topic_of(item) in learned_topics]
        seen += [text for item in taken for text in _asks(item)]
        ranked = _ranked([text for item in taken for text in _asks(item)], seed, persona.name)
        learned += [(persona, talk) for talk in _unique([*mine, *ranked])[:most]]
    return Dealt(tuple(learned), tuple(dict.fromkeys(seen)), tuple(held))


def topic_of(item: Item) -> str:
    """Return what an item is about, whatever its wording or kind.

    Example:
        >>> topic_of(Item("stated/age.straight", "Tess", "stated", ("How old are you?",)))
        'age'
    """
    found = _WORDING.match(item.id)
    return found["topic"] if found else item.id


def _asks(item: Item) -> list[str]:
    """Return the turns that ask for something; small talk between them is no question."""
    return [item.turns[place] for place in sorted({0, *item.scored})]


def _ranked(texts: list[str], seed: int, name: str) -> list[str]:
    """Mix kinds of questions, so that few of them are not all of one kind."""
    unique = list(dict.fromkeys(texts))
    random.Random(derived(seed, "learned", name)).shuffle(unique)
    return unique


def _unique(queries: Sequence[str | Conversation]) -> list[Conversation]:
    return draw_queries(queries, len(queries)) if queries else []
