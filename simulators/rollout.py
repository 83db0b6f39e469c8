"""A whole conversation between a simulated user and a character."""

from __future__ import annotations

from typing import Protocol

from persona_sdk.profile import Profile
from persona_sdk.protocols import UserSimulator
from persona_sdk.types import Conversation, Episode, Persona, Reply, Turn, Verdict

NOBODY = Profile("nobody")
"""The profile of a user of whom nothing is known."""


class Replier(Protocol):
    """What a rollout needs of a character; `persona_sdk.agent.PersonaAgent` has this shape."""

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn."""


def rollout(
    agent: Replier,
    user: UserSimulator,
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
        user: Plays the user.
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
    conversation, verdicts = Conversation(), list[Verdict | None]()
    if persona.greeting:
        conversation = conversation.add("assistant", persona.greeting)
        verdicts.append(None)
    terminated = False
    for _ in range(max_turns):
        asked = user.next_turn(conversation)
        if asked is None:
            terminated = True
            break
        conversation = conversation.add("user", _spoken(asked))
        reply = agent.reply(conversation)
        conversation = conversation.add("assistant", reply.text)
        verdicts.append(_verdict(reply))
    return Episode(
        persona=persona,
        profile=profile,
        turns=conversation.turns,
        verdicts=tuple(verdicts),
        terminated=terminated,
        truncated=not terminated,
        seed=seed,
    )


def _spoken(turn: Turn) -> str:
    if turn.role != "user":
        raise ValueError(f"a user simulator must speak as 'user', was: {turn}")
    return turn.content


def _verdict(reply: Reply) -> Verdict | None:
    if reply.verdict is None and not reply.text and reply.attempts:
        return reply.attempts[-1].verdict
    return reply.verdict
