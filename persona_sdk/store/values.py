"""What the store hands out: frozen, compared by value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from persona_sdk.types import Attempt, GuardMode, Outcome, Persona, Reply, Turn


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation and everything that is needed to continue it exactly."""

    id: str
    persona: Persona
    """As it was when the session began: later edits of its file do not reach it."""
    model: str
    """The model as the user named it, e.g. `builtin`."""
    guard_mode: GuardMode
    seed: int | None
    created: datetime
    """In UTC, as is `updated`."""
    updated: datetime
    turns: int
    """Number of turns when it was read, at least 0."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn of a session, with the attempts it took if the character wrote it."""

    session: str
    index: int
    """Position in the session, from 0 without gaps."""
    turn: Turn
    created: datetime
    outcome: Outcome | None = None
    """None where nothing was checked: the user's turns and the opening."""
    notes: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    @property
    def reply(self) -> Reply:
        """The reply that this turn was stored from.

        Raises:
            ValueError: The turn is no reply: `outcome` is None.
        """
        if self.outcome is None:
            raise ValueError(f"turn {self.index} of {self.session!r} is no reply: {self.turn}")
        return Reply(self.turn.content, self.attempts, self.outcome, self.notes)
