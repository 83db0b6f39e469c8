"""ScriptedUser: a user for tests and demos who says what it is told to, then leaves."""

from __future__ import annotations

from dataclasses import dataclass

from persona_sdk.types import Conversation, Turn


@dataclass(frozen=True, slots=True)
class ScriptedUser:
    """Says its lines one after the other.

    It holds no state: which line comes next follows from the conversation alone, so one user may
    talk in any number of conversations at once.

    Example:
        >>> user = ScriptedUser(("Hello!", "Bye!"))
        >>> user.next_turn(Conversation().add("user", "Hello!").add("assistant", "Hi."))
        Turn(role='user', content='Bye!')
    """

    lines: tuple[str, ...]

    def next_turn(self, conversation: Conversation) -> Turn | None:
        said = sum(turn.role == "user" for turn in conversation)
        return Turn("user", self.lines[said]) if said < len(self.lines) else None
