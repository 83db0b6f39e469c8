"""What chat logs are read into: conversations, and what had to be left out with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from persona_sdk.errors import RowError
from persona_sdk.types import Turn

OnError = Literal["refuse", "skip"]
"""What to do about a broken line or conversation."""


@dataclass(frozen=True, slots=True)
class LoggedConversation:
    """One conversation of a log."""

    id: str
    """As the log says it, else the file's name and a number; unique in the log."""
    turns: tuple[Turn, ...]
    """Of user and assistant, none of them blank, in order."""
    place: str
    """`file:line` of its beginning."""

    @property
    def said(self) -> tuple[str, ...]:
        """The user turns; evidence of facts counts them from 0."""
        return tuple(turn.content for turn in self.turns if turn.role == "user")


class Skipped(NamedTuple):
    """Something that was left out."""

    place: str
    """`file:line`."""
    reason: str


class Log(NamedTuple):
    """A file of conversations."""

    conversations: tuple[LoggedConversation, ...]
    skipped: tuple[Skipped, ...]


@dataclass(slots=True)
class Faults:
    """Takes what cannot be read: refuses it, or keeps it with its reason."""

    on_error: OnError = "refuse"
    skipped: list[Skipped] = field(default_factory=list)

    def report(self, place: str, reason: str) -> None:
        """Note a fault.

        Raises:
            RowError: Faults are refused.
        """
        if self.on_error == "refuse":
            raise RowError(f"{place}: {reason}; `--on-error skip` leaves it out")
        self.skipped.append(Skipped(place, reason))
