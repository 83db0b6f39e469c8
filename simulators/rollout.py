"""A whole conversation between a simulated user and a character."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from persona_sdk.errors import ModelError
from persona_sdk.profile import Profile
from persona_sdk.protocols import UserSimulator
from persona_sdk.types import Conversation, Episode, Persona
from simulators.plain import PlainUser
from simulators.play import Ending, grown, play
from simulators.protocols import Replier, User
from simulators.values import Dialogue, Move

NOBODY = Profile("nobody")
"""The profile of a user of whom nothing is known."""


def rollout(
    agent: Replier,
    user: User | UserSimulator,
    *,
    persona: Persona,
    profile: Profile = NOBODY,
    max_turns: int = 20,
    seed: int | None = None,
) -> Episode:
    """Let `user` and `agent` talk until the user leaves or the turns are used up.

    The persona's greeting, if it has one, opens the conversation.

    Args:
        agent: Plays the character.
        user: Plays the user. With a `User`, whose turns carry decisions, a conversation that
            goes round in circles ends as well: then it is neither terminated nor truncated.
        persona: Whom the agent plays.
        profile: Whom the user plays; it is kept with the episode.
        max_turns: How often the user may speak, at least 1.
        seed: The one that agent and user were made with; it is kept with the episode.

    Returns:
        The episode. `terminated` means that the user left, `truncated` that `max_turns` ended it.
        Each assistant turn has its verdict: None for the greeting and where nothing was checked,
        the last failed draft's where nothing might be shown and the turn is empty.

    Raises:
        ValueError: `max_turns` is below 1, or the user spoke in another role.
        PersonaSDKError: The agent or the user failed.

    Example:
        >>> from persona_sdk.agent import PersonaAgent
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> from simulators.scripted import ScriptedUser
        >>> tess = Persona("Tess", ())
        >>> agent = PersonaAgent(tess, ScriptedModel(["I keep bees."]), None, mode="off")
        >>> episode = rollout(agent, ScriptedUser(("What do you do?",)), persona=tess)
        >>> episode.turns[-1].content, episode.terminated, episode.truncated
        ('I keep bees.', True, False)
    """
    if max_turns < 1:
        raise ValueError(f"max_turns must be at least 1, was: {max_turns}")
    decides = isinstance(user, _Decides)
    mover = user if isinstance(user, _Decides) else PlainUser(user)
    dialogue = Dialogue(0, profile.id, seed or 0)
    for event in play(
        agent, mover, dialogue, turns=max_turns, greeting=persona.greeting, watch_loops=decides
    ):
        if isinstance(event, Ending) and event.status == "error":
            raise event.cause or ModelError(event.error)
        dialogue = grown(dialogue, event)
    return replace(dialogue.episode(persona, profile), seed=seed)


@runtime_checkable
class _Decides(Protocol):
    """What tells a `User` from a plain `UserSimulator`."""

    def move(self, conversation: Conversation) -> Move: ...
