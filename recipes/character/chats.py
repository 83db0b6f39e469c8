"""Conversations of Synthetic-Persona-Chat (CC BY 4.0) whose replies fit the persona."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Persona, Query, Role, Statement, Turn
from recipes.character.people import a_name, dressed
from recipes.character.points import Drawn, of_line

CHATS = "persona/synthetic_persona_chat_valid.jsonl.gz"

CONTRADICTED = 0.5
"""Contradiction in [0, 1] at which a conversation is left out."""

EXPRESSED = 0.5
"""Entailment in [0, 1] from which a reply tells a statement."""

MARKS = ("(name)", "[", "User 1", "User 2")
"""Traces of how the conversations were made."""

LONGEST = 20
"""Turns that are kept of a conversation."""


def chats(
    folder: Path, rng: random.Random, judge: EntailmentScorer
) -> Iterator[tuple[Persona, list[Turn]]]:
    """Yield a persona and a conversation in which it never goes against a statement.

    At least two replies tell of a statement, so that small talk alone is left out.

    Args:
        folder: Holds the public data.
        rng: Decides on names and sides.
        judge: Tells what a reply expresses or contradicts.
    """
    with gzip.open(folder / CHATS, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rng.shuffle(rows)
    for row in rows:
        side = rng.choice((1, 2))
        persona, turns = _persona(rng, row[f"user{side}"]), _turns(row["conv"], side)
        if persona and turns and _fits(persona, turns, judge):
            yield persona, turns


def _persona(rng: random.Random, lines: Sequence[str]) -> Persona | None:
    name, pronouns = a_name(rng)
    points = [point for point in map(of_line, lines) if point is not None]
    if len(points) < 3:
        return None
    texts = [Drawn((point,)).statement(name, pronouns) for point in points]
    return dressed(rng, name, tuple(Statement(f"s{i}", t) for i, t in enumerate(texts, 1)))


def _turns(conversation: Sequence[str], side: int) -> list[Turn]:
    """Return the turns with the character as the assistant; empty where they do not alternate."""
    turns: list[Turn] = []
    for line in conversation:
        speaker, _, text = line.partition(": ")
        role: Role = "assistant" if speaker == f"User {side}" else "user"
        if any(mark in text for mark in MARKS) or not text or (turns and turns[-1].role == role):
            return []
        if turns or role == "user":
            turns.append(Turn(role, text))
    turns = turns[:LONGEST]
    return turns[: len(turns) - len(turns) % 2] if len(turns) >= 6 else []


def _fits(persona: Persona, turns: Sequence[Turn], judge: EntailmentScorer) -> bool:
    told = 0
    for asked, answer in zip(turns[::2], turns[1::2], strict=True):
        said = [answer.content] * len(persona.statements)
        found = judge.entailment(Query(persona.name, asked.content), said, persona.statements)
        if any(p.contradiction >= CONTRADICTED for p in found):
            return False
        told += any(p.entailment >= EXPRESSED for p in found)
    return told >= 2
