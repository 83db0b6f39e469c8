"""What users said, apart from where it came from: runs, logs, lists of turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from persona_sdk.types import Conversation
from simulators.metrics.values import Level
from simulators.values import Run


@dataclass(frozen=True, slots=True)
class Spoken:
    """One conversation as the metrics read it."""

    id: str
    """Unique in its set; the real and the simulated version of a conversation share it."""
    user: tuple[str, ...]
    """The user's turns, none of them blank."""
    character: tuple[str, ...] = ()
    """The answer to each user turn, empty where there was none; `()` where nothing is known."""


class Pair(NamedTuple):
    """What a simulated and a real user said in the same place."""

    id: str
    """Of the conversation."""
    simulated: tuple[str, ...]
    """One turn, or all of a conversation."""
    real: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs that were joined by the id of their conversation, never by their place in a list."""

    level: Level
    pairs: tuple[Pair, ...]
    alone: int = 0
    """Turns or conversations without a partner, which are left out."""

    @property
    def note(self) -> str:
        """What was left out, empty if nothing was."""
        unit = "turns" if self.level == "utterance" else "conversations"
        return f"{self.alone} {unit} without a partner left out" if self.alone else ""

    @property
    def reason(self) -> str:
        """Why there is nothing to compare, should there be nothing."""
        return "no id stands on both sides" if self.alone else "there are no conversations"


def of_conversation(id: str, conversation: Conversation) -> Spoken:
    """Return the user's turns that are not blank, with the answers; a greeting is left out.

    Example:
        >>> of_conversation("a", Conversation().add("user", "hi").add("assistant", "Hello."))
        Spoken(id='a', user=('hi',), character=('Hello.',))
    """
    user: list[str] = []
    answers: list[list[str]] = []
    for turn in conversation:
        if turn.role == "user" and turn.content.strip():
            user.append(turn.content)
            answers.append([])
        elif turn.role == "assistant" and answers:
            answers[-1].append(turn.content)
    return Spoken(id, tuple(user), tuple("\n".join(some) for some in answers))


def of_run(run: Run) -> tuple[Spoken, ...]:
    """Return the conversations of a run in which the user spoke; their numbers are the ids."""
    spoken = (of_conversation(str(d.number), d.conversation()) for d in run.dialogues)
    return tuple(one for one in spoken if one.user)


def utterances(real: Iterable[Spoken], simulated: Iterable[Spoken]) -> Pairs:
    """Pair the turns at the same place of the same conversation.

    They compare only if each simulated turn was written behind the real turns before it.

    Raises:
        ValueError: An id stands twice on one side.
    """
    left, right = _keyed(simulated, "simulated"), _keyed(real, "real")
    pairs = tuple(
        Pair(id, (mine,), (yours,))
        for id in left
        if id in right
        for mine, yours in zip(left[id].user, right[id].user, strict=False)
    )
    turns = sum(len(one.user) for one in (*left.values(), *right.values()))
    return Pairs("utterance", pairs, turns - 2 * len(pairs))


def conversations(real: Iterable[Spoken], simulated: Iterable[Spoken]) -> Pairs:
    """Pair all user turns of conversations with the same id.

    Raises:
        ValueError: An id stands twice on one side.
    """
    left, right = _keyed(simulated, "simulated"), _keyed(real, "real")
    pairs = tuple(Pair(id, left[id].user, right[id].user) for id in left if id in right)
    return Pairs("conversation", pairs, len(left) + len(right) - 2 * len(pairs))


def turns_of(spoken: Sequence[Spoken]) -> list[str]:
    """Return every user turn of all conversations, in order."""
    return [turn for one in spoken for turn in one.user]


def ids_of(spoken: Sequence[Spoken]) -> list[str]:
    """Return the conversation of each turn of `turns_of`."""
    return [one.id for one in spoken for _ in one.user]


def _keyed(spoken: Iterable[Spoken], side: str) -> dict[str, Spoken]:
    keyed: dict[str, Spoken] = {}
    for one in spoken:
        if one.id in keyed:
            raise ValueError(f"ids must be unique, {one.id!r} stands twice on the {side} side")
        if one.user:
            keyed[one.id] = one
    return keyed
