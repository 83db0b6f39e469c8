"""A plain `UserSimulator` in the place of a `User`."""

from __future__ import annotations

from dataclasses import dataclass

from persona_sdk.protocols import UserSimulator
from persona_sdk.types import Conversation, Turn
from simulators.values import Move


@dataclass(frozen=True, slots=True)
class PlainUser:
    """Leaves satisfied when the simulator inside leaves; it says no more about its reasons.

    Example:
        >>> from simulators.scripted import ScriptedUser
        >>> PlainUser(ScriptedUser(())).move(Conversation()).status
        'satisfied'
    """

    simulator: UserSimulator

    def move(self, conversation: Conversation) -> Move:
        turn = self.simulator.next_turn(conversation)
        return Move(status="satisfied") if turn is None else Move(_spoken(turn))


def _spoken(turn: Turn) -> str:
    if turn.role != "user":
        raise ValueError(f"a user simulator must speak as 'user', was: {turn}")
    return turn.content
