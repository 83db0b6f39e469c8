"""Lets simulated users write the next turn of real conversations, to compare the two.

The history is real, so what differs is one turn: how it is written, and what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from persona_sdk.types import Conversation
from simulators.metrics.spoken import Spoken
from simulators.protocols import User


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of a real conversation at which the user is about to speak."""

    id: str
    """Of the conversation."""
    history: Conversation
    """All that was said before."""
    real: str
    """What the person said next."""
    about: str = ""
    """What the person wants, where the source tells."""


def moments(id: str, conversation: Conversation, *, about: str = "") -> list[Moment]:
    """Return every point of a conversation at which the user spoke; blank turns are left out.

    Example:
        >>> talk = Conversation().add("user", "hi").add("assistant", "Hello.").add("user", "bye")
        >>> [(len(m.history), m.real) for m in moments("c", talk)]
        [(0, 'hi'), (2, 'bye')]
    """
    turns = conversation.turns
    return [
        Moment(id, Conversation(turns[:place]), turn.content, about)
        for place, turn in enumerate(turns)
        if turn.role == "user" and turn.content.strip()
    ]


def next_turns(
    points: Sequence[Moment], make_user: Callable[[Moment, int], User]
) -> tuple[str, ...]:
    """Return what simulated users say at these moments, empty where they said nothing.

    Args:
        points: Where they speak.
        make_user: Returns the user of a moment, given its 0-based number as a seed.

    Raises:
        PersonaSDKError: A user's model failed.
    """
    return tuple(make_user(p, i).move(p.history).text for i, p in enumerate(points))


def spoken(points: Sequence[Moment], texts: Sequence[str]) -> list[Spoken]:
    """Gather turns by conversation, as the detector reads them; empty ones are left out.

    Args:
        points: Where they were said.
        texts: One for each moment, real or simulated.
    """
    if len(points) != len(texts):
        raise ValueError(f"{len(points)} moments need as many texts, were: {len(texts)}")
    said: dict[str, list[str]] = {}
    for point, text in zip(points, texts, strict=True):
        said.setdefault(point.id, []).append(text)
    kept = {id: tuple(t for t in turns if t.strip()) for id, turns in said.items()}
    return [Spoken(id, turns) for id, turns in kept.items() if turns]
