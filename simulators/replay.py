"""ReplayUser: says what a real person said in a log, turn by turn, and leaves when it ends."""

from __future__ import annotations

from dataclasses import dataclass

from persona_sdk.types import Conversation
from simulators.behaviour.faults import own_turns
from simulators.values import Move, Status


@dataclass(frozen=True, slots=True)
class ReplayUser:
    """Replays the user turns of a log in order, whatever the character answers.

    Example:
        >>> user = ReplayUser(("hi", "ok bye"), end="satisfied")
        >>> user.move(Conversation().add("user", "hi").add("assistant", "Hello."))
        Move(text='ok bye', status='satisfied', attack='', probes=(), disclosed=(), faults=())
    """

    turns: tuple[str, ...]
    """What the person said, oldest first; empty turns are left out."""
    end: Status = "satisfied"
    """How the person left, where that is known; it comes with the last turn."""

    def move(self, conversation: Conversation) -> Move:
        said = len(own_turns(conversation))
        turns = [turn for turn in self.turns if turn.strip()]
        if said >= len(turns):
            return Move(status=self.end)
        return Move(turns[said], self.end if said + 1 == len(turns) else "running")


def replayed(conversation: Conversation, *, end: Status = "satisfied") -> ReplayUser:
    """Return the user of a logged conversation.

    Example:
        >>> replayed(Conversation().add("user", "hi").add("assistant", "Hello.")).turns
        ('hi',)
    """
    return ReplayUser(tuple(own_turns(conversation)), end)
