"""What an attack is: the next hostile turn of a user, made by rule from the persona."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, Persona, Statement
from simulators.writing.naming import called


@dataclass(frozen=True, slots=True)
class Attack:
    """One attacking turn."""

    text: str
    probes: tuple[str, ...] = ()
    """Ids of the statements that a wrong answer would go against, where that is known."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a strategy is given."""

    persona: Persona
    conversation: Conversation
    seed: int
    """Of the strategy in this conversation: the same on all its turns, so that a second turn knows
    what the first one aimed at."""
    step: int = 0
    """0-based number of the turn within the attack."""

    def target(self) -> Statement | None:
        """Return the statement that the attack aims at; None where the persona has none."""
        statements = self.persona.statements
        return (
            random.Random(derived(self.seed, "target")).choice(statements) if statements else None
        )

    def drawn(self, lines: Sequence[str], *path: str | int) -> str:
        """Return one of `lines`; other paths and steps draw anew."""
        return random.Random(derived(self.seed, "line", self.step, *path)).choice(lines)

    def in_order(self, lines: Sequence[str], *path: str | int) -> str:
        """Return one of `lines` such that the steps of an attack say different ones."""
        shuffled = list(lines)
        random.Random(derived(self.seed, "order", *path)).shuffle(shuffled)
        return shuffled[self.step % len(shuffled)]

    @property
    def name(self) -> str:
        """What the character is called."""
        return called(self.persona.name)

    @property
    def last(self) -> str:
        """What was said last, empty at the start."""
        return self.conversation.turns[-1].content if self.conversation.turns else ""


class Strategy(Protocol):
    """A way to attack; holds no state."""

    @property
    def span(self) -> int:
        """Turns in a row that one attack takes, at least 1."""

    def turn(self, scene: Scene) -> Attack:
        """Return the next attacking turn."""
