"""Candidates: the drafts that answer one prompt, each with the guard's verdict."""

from __future__ import annotations

from dataclasses import dataclass, field

from persona_sdk.types import Attempt, Turn


@dataclass(frozen=True, slots=True)
class Candidates:
    """Judged drafts of one reply, and the prompt that asked for it."""

    prompt: tuple[Turn, ...]
    """The messages as the model saw them, without the hint that a repair adds to the last user
    turn: who learns from the drafts learns under the prompt of an everyday reply."""
    persona: str
    """Name of the character."""
    attempts: tuple[Attempt, ...]
    source: str = field(default="", compare=False)
    """Where they come from, for people, e.g. `builtin` or `session alice-k7f3q2, turn 3`."""

    @property
    def query(self) -> str:
        """The last user turn of the prompt."""
        return next((t.content for t in reversed(self.prompt) if t.role == "user"), "")
