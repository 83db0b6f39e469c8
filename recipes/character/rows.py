"""The rows that the tuned character learns from: a persona block and a conversation each."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from guards.training.synthesize.material import Split
from persona_sdk.prompts import persona_block
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Conversation, Persona, Turn
from recipes.character.chats import chats
from recipes.character.duties import on_duty
from recipes.character.errands import errands
from recipes.character.people import Judges, Person, a_person
from recipes.character.points import Draw, Drawn, Point, line_points, synthetic
from recipes.character.talk import SHARES, Talker

SIZES = (5, 8, 8, 10, 12, 12, 15, 18, 22, 28, 36)
"""Statements of a made-up character."""

REPLIES = (4, 10, 12, 14)
"""Replies of a conversation."""

LINES, DUTIES = 0.35, 0.1
"""Shares of the characters that are made of persona lines and of duties, these only in training;
the rest is made of synthetic facts."""

TALKS = 2
"""Conversations with each made-up character."""


def people(folder: Path, seed: int, count: int, split: Split, judges: Judges) -> Iterator[Person]:
    """Yield `count` made-up characters; those of `dev` share no fact and no line with training."""
    rng = random.Random(f"people-{split}-{seed}")
    lines = [p for i, p in enumerate(line_points(folder)) if (i % 8 == 7) == (split == "dev")]
    for _ in range(count):
        draw = _source(rng, lines, split)
        yield a_person(rng, draw, rng.choice(SIZES), judges.entailment)


def _source(rng: random.Random, lines: Sequence[Point], split: Split) -> Draw:
    """Decide what a character consists of."""

    def invented(rng: random.Random) -> Drawn | None:
        return synthetic(rng, split)

    which = rng.random()
    if which < LINES:
        return lambda r: Drawn((r.choice(lines),))
    if which > LINES + DUTIES or split == "dev":
        return invented
    return on_duty(rng, invented)


def talks(
    person: Person, others: Sequence[Point], seed: int, judges: Judges
) -> Iterator[list[Turn]]:
    """Yield conversations with a character.

    Args:
        person: Who is talked to.
        others: Points of other characters, for questions that this one has no answer to.
        seed: The same seed gives the same conversations.
        judges: Tell which facts answer a question.
    """
    rng = random.Random(f"talks-{person.persona.name}-{seed}")
    talker = Talker(rng, person, others, judges.relevance)
    for _ in range(TALKS):
        yield talker.conversation(rng.choice(REPLIES))


def queries(
    person: Person,
    others: Sequence[Point],
    seed: int,
    count: int,
    judges: Judges,
    shares: Mapping[str, float] = SHARES,
) -> list[Conversation]:
    """Return conversations that end with a question to the character, for drafts to answer.

    What was said before is what a faithful character said; half of them are at their beginning.
    """
    rng = random.Random(f"queries-{person.persona.name}-{seed}")
    found = []
    for _ in range(count):
        turns = Talker(rng, person, others, judges.relevance, shares).conversation(
            rng.choice((1, 1, 2, 3))
        )
        found.append(Conversation(tuple(turns[:-1])))
    return found


def row(persona: Persona, turns: Sequence[Turn]) -> dict[str, Any]:
    """Return a conversation as a row of TRL, behind the block that the character speaks with."""
    block = Turn("system", persona_block(persona, persona.statements))
    return messages([block, *turns])


def messages(turns: Sequence[Turn]) -> dict[str, Any]:
    """Return turns as a row of TRL."""
    return {"messages": [{"role": turn.role, "content": turn.content} for turn in turns]}


def strangers(split: Split) -> list[Point]:
    """Return points to ask characters about that do not have them."""
    drawn = (synthetic(random.Random(f"absent-{i}"), split) for i in range(400))
    return [point for one in drawn if one for point in one.points]


def training_rows(
    folder: Path,
    seed: int,
    count: int,
    split: Split,
    judges: Judges,
    plain: ChatModel | None = None,
    done: Callable[[int], None] = lambda people: None,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of `count` made-up characters, and for training those of public chats.

    Args:
        folder: Holds the public data.
        seed: The same seed gives the same rows.
        count: Made-up characters.
        split: Whose facts and lines they are made of.
        judges: Keep out facts and replies that go against each other.
        plain: The model before the training; its answers to everyday questions are added.
        done: Called with 1 behind each character.
    """
    absent = strangers(split)
    for number, person in enumerate(people(folder, seed, count, split, judges)):
        for turns in talks(person, absent, seed + number, judges):
            yield row(person.persona, turns)
        done(1)
    if split == "train":
        for persona, turns in chats(folder, random.Random(f"chats-{seed}"), judges.entailment):
            yield row(persona, turns)
    if plain:
        for turns in errands(plain, random.Random(f"errands-{seed}")):
            yield messages(turns)


def write_rows(rows: Iterator[dict[str, Any]], path: Path, seed: int) -> int:
    """Write the rows in a shuffled order, gzipped where the name ends in `.gz`; return how many."""
    found = list(rows)
    random.Random(f"order-{seed}").shuffle(found)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
    return len(found)
