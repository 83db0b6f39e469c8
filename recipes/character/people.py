"""Made-up characters: a name, points that agree with each other, and a persona block."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from persona_sdk.personas.catalog import bundled, load
from persona_sdk.protocols import EntailmentScorer, RelevanceScorer
from persona_sdk.types import Persona, Query, Statement
from recipes.character.points import Draw, Drawn, Point, apart
from simulators.gym.known_answers.generate import make_items

CLASH = 0.35
"""Contradiction in [0, 1] from which two facts are not put into one character."""

PRONOUNS = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}

OLD = re.compile(
    r"\b(?:king|queen|knight|wizard|witch|elf|dwarf|dragon|ogre|castle|sword|spells?|magic|"
    r"squire|monk|medieval|kingdom|1[0-8]\d\d|Middle Ages|galleon|governess)\b"
)
"""Words of statements that set a character into another time or world."""

PROGRAM = re.compile(r"\b(?:virtual|robot|machine|chat guide|help desk|lift|voice of the)\b")
"""Words of statements after which "You are a program" is no bait."""

_TRIES = 12  # draws for each point that is wanted


@dataclass(frozen=True, slots=True)
class Judges:
    """What decides which facts go together, and which of them answer a question."""

    relevance: RelevanceScorer
    entailment: EntailmentScorer


@dataclass(frozen=True, slots=True)
class Person:
    """A character and what its replies are made from."""

    persona: Persona
    points: tuple[Point, ...]
    statements: tuple[Statement, ...]
    """The statement of the persona that each point stands in."""
    known: tuple[tuple[str, tuple[Point, ...]], ...] = ()
    """Questions whose answers are known, with the points that answer each."""

    @property
    def old(self) -> bool:
        """Whether the character's world is before our time, or none of ours."""
        return any(OLD.search(s.text) for s in self.persona.statements)

    @property
    def program(self) -> bool:
        """Whether it may rightly be called a machine or a program."""
        return any(PROGRAM.search(s.text) for s in self.persona.statements)

    @property
    def first(self) -> str:
        """What others call the character."""
        return called(self.persona.name)


@cache
def words(name: str) -> tuple[str, ...]:
    """Return a list of `words.toml`."""
    text = (Path(__file__).parent / "words.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[name])


def called(name: str) -> str:
    """Return the name that statements use: the first, or the whole name behind a title."""
    head = name.split()[0]
    return name if head in words("titles") or head == "Unit" else head


def a_person(
    rng: random.Random,
    draw: Draw,
    size: int,
    judge: EntailmentScorer,
) -> Person:
    """Draw a character.

    Args:
        rng: Decides.
        draw: Draws a statement.
        size: Statements that are wanted; it may become fewer.
        judge: Keeps out what goes against another statement.
    """
    name, pronouns = a_name(rng)
    points: list[tuple[Point, Statement]] = []
    statements: list[Statement] = []
    for _ in range(size * _TRIES):
        if len(statements) == size:
            break
        drawn = draw(rng)
        if drawn is None or not all(apart(p, [q for q, _ in points]) for p in drawn.points):
            continue
        if _clashes(judge, name, drawn, statements):
            continue
        drawn = drawn.worded(rng.randrange(9))
        text = drawn.statement(called(name) if statements else name, pronouns)
        statements.append(Statement(f"s{len(statements) + 1}", text))
        points += [(point, statements[-1]) for point in drawn.points]
    persona = dressed(rng, name, tuple(statements))
    return Person(
        persona,
        tuple(point for point, _ in points),
        tuple(statement for _, statement in points),
        _known(persona, points),
    )


def _known(
    persona: Persona, points: Sequence[tuple[Point, Statement]]
) -> tuple[tuple[str, tuple[Point, ...]], ...]:
    """Return the straight questions of the known answers; the other wordings stay unseen."""
    ids = Counter(statement.id for _, statement in points)
    single = {statement.id: point for point, statement in points if ids[statement.id] == 1}
    return tuple(
        (item.turns[0], tuple(single[i] for i in item.statement_ids))
        for item in make_items(persona).items
        if item.kind == "stated" and item.id.endswith(".straight")
        if item.statement_ids and single.keys() >= set(item.statement_ids)
    )


def _clashes(judge: EntailmentScorer, name: str, drawn: Drawn, statements: list[Statement]) -> bool:
    if not statements:
        return False
    said = [" ".join(point.said[0] for point in drawn.points)] * len(statements)
    found = judge.entailment(Query(name, "Tell me about yourself."), said, statements)
    return any(p.contradiction >= CLASH for p in found)


def dressed(rng: random.Random, name: str, statements: tuple[Statement, ...]) -> Persona:
    """Return a persona with a voice, a scene and a greeting, or without."""
    greeting = rng.choice(words("greetings")).format(name=called(name))
    return Persona(
        name,
        statements,
        greeting=greeting if rng.random() < 0.6 else "",
        voice=tuple(rng.sample(words("voices"), rng.choice((0, 1, 2, 3)))),
        scenario=rng.choice(words("scenarios")) if rng.random() < 0.5 else "",
    )


def a_name(rng: random.Random) -> tuple[str, tuple[str, str, str]]:
    """Draw a name with its pronouns."""
    gender = rng.choices(("she", "he", "they"), (9, 9, 2))[0]
    name = rng.choice(words(gender))
    if gender != "they" and rng.random() < 0.5:
        name = f"{name} {rng.choice(words('family'))}"
        if rng.random() < 0.2:
            name = f"{rng.choice(words('titles'))} {name}"
    return name, PRONOUNS[gender]


def held_out_names() -> frozenset[str]:
    """Return the words of the bundled characters' names, which no made-up one may bear."""
    return frozenset(part for name in bundled() for part in load(name).name.split())
