"""The rows that the tuned character learns from: a persona block and a conversation each."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from guards.training.synthesize.material import Split
from persona_sdk.prompts import persona_block
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Conversation, Persona, Turn
from recipes.character.chats import chats
from recipes.character.people import Person, a_person
from recipes.character.points import Drawn, Point, line_points, synthetic
from recipes.character.talk import Talker

SIZES = (5, 8, 8, 10, 12, 12, 15, 18, 22, 28)
"""Statements of a made-up character."""

REPLIES = (4, 10, 12, 14)
"""Replies of a conversation."""

LINES = 0.35
"""Share of the characters that are made of persona lines, the rest of synthetic facts."""

TALKS = 2
"""Conversations with each made-up character."""


def people(
    folder: Path, seed: int, count: int, split: Split, judge: EntailmentScorer
) -> Iterator[Person]:
    """Yield `count` made-up characters; those of `dev` share no fact and no line with training."""
    rng = random.Random(f"people-{split}-{seed}")
    lines = [p for i, p in enumerate(line_points(folder)) if (i % 8 == 7) == (split == "dev")]
    for _ in range(count):
        from_lines = rng.random() < LINES
        yield a_person(
            rng,
            (lambda r: Drawn((r.choice(lines),)))
            if from_lines
            else (lambda r: synthetic(r, split)),
            rng.choice(SIZES),
            judge,
        )


def talks(person: Person, others: Sequence[Point], seed: int) -> Iterator[list[Turn]]:
    """Yield conversations with a character.

    Args:
        person: Who is talked to.
        others: Points of other characters, for questions that this one has no answer to.
        seed: The same seed gives the same conversations.
    """
    rng = random.Random(f"talks-{person.persona.name}-{seed}")
    talker = Talker(rng, person, others)
    for _ in range(TALKS):
        yield talker.conversation(rng.choice(REPLIES))


def queries(person: Person, others: Sequence[Point], seed: int, count: int) -> list[Conversation]:
    """Return conversations that end with a question to the character, for drafts to answer.

    What was said before is what a faithful character said; half of them are at their beginning.
    """
    rng = random.Random(f"queries-{person.persona.name}-{seed}")
    found = []
    for _ in range(count):
        turns = Talker(rng, person, others).conversation(rng.choice((1, 1, 2, 3)))
        found.append(Conversation(tuple(turns[:-1])))
    return found


def row(persona: Persona, turns: Sequence[Turn]) -> dict[str, Any]:
    """Return a conversation as a row of TRL, behind the block that the character speaks with."""
    block = Turn("system", persona_block(persona, persona.statements))
    return {"messages": [{"role": t.role, "content": t.content} for t in (block, *turns)]}


def strangers(split: Split) -> list[Point]:
    """Return points to ask characters about that do not have them."""
    drawn = (synthetic(random.Random(f"absent-{i}"), split) for i in range(400))
    return [point for one in drawn if one for point in one.points]


def training_rows(
    folder: Path,
    seed: int,
    count: int,
    split: Split,
    judge: EntailmentScorer,
    done: Callable[[int], None] = lambda people: None,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of `count` made-up characters, and for training those of public chats.

    Args:
        folder: Holds the public data.
        seed: The same seed gives the same rows.
        count: Made-up characters.
        split: Whose facts and lines they are made of.
        judge: Keeps out facts and replies that go against each other.
        done: Called with 1 behind each character.
    """
    absent = strangers(split)
    for number, person in enumerate(people(folder, seed, count, split, judge)):
        for turns in talks(person, absent, seed + number):
            yield row(person.persona, turns)
        done(1)
    if split == "train":
        for persona, turns in chats(folder, random.Random(f"chats-{seed}"), judge):
            yield row(persona, turns)


def write_rows(rows: Iterator[dict[str, Any]], path: Path, seed: int) -> int:
    """Write the rows in a shuffled order, gzipped where the name ends in `.gz`; return how many."""
    found = list(rows)
    random.Random(f"order-{seed}").shuffle(found)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in found)
    return len(found)
