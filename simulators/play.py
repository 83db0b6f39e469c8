"""One conversation between a simulated user and a character, turn by turn.

What comes next follows from the exchanges alone, so a conversation can go on from any of them:
behind a journal, in another thread or on another machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from persona_sdk.errors import GuardError, ModelError, PersonaSDKError
from persona_sdk.types import Conversation, Reply
from simulators.behaviour.loops import in_loop
from simulators.protocols import Replier, User
from simulators.running.metering import counting
from simulators.values import Dialogue, Exchange, Move, Party, Status, Usage


@dataclass(frozen=True, slots=True)
class Ending:
    """How a conversation ended."""

    status: Status
    """Anything but `running`."""
    fault: Party | None = None
    """Who is to blame for an `error`."""
    error: str = ""
    """What went wrong, for people."""
    cause: Exception | None = field(default=None, compare=False, repr=False)
    """What was raised, where something was."""


Event = Exchange | Ending
"""What happens next in a conversation."""


def play(
    agent: Replier,
    user: User,
    dialogue: Dialogue,
    *,
    turns: int,
    greeting: str = "",
    watch_loops: bool = True,
) -> Iterator[Event]:
    """Go on with a conversation to its end.

    Args:
        agent: Plays the character.
        user: Plays the user.
        dialogue: What has been said; without exchanges it begins.
        turns: How often the user may speak in the whole conversation, at least 1.
        greeting: The character's, spoken before everything.
        watch_loops: End a conversation that goes round in circles (`simulators.behaviour.loops`).

    Yields:
        The exchanges that follow, then one `Ending`. Whatever an agent or user raises is caught
        and attributed there.

    Example:
        >>> from persona_sdk.agent import PersonaAgent
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> from persona_sdk.types import Persona
        >>> from simulators.plain import PlainUser
        >>> from simulators.scripted import ScriptedUser
        >>> agent = PersonaAgent(Persona("Tess", ()), ScriptedModel("Bees."), None, mode="off")
        >>> user = PlainUser(ScriptedUser(("What do you keep?",)))
        >>> said, ending = play(agent, user, Dialogue(0, "nobody", 7), turns=5)
        >>> said.reply.text, ending.status
        ('Bees.', 'satisfied')
    """
    while True:
        ended = ending_of(dialogue, turns=turns, greeting=greeting, watch_loops=watch_loops)
        event = ended or advance(agent, user, dialogue, greeting=greeting)
        yield event
        if isinstance(event, Ending):
            return
        dialogue = grown(dialogue, event)


def ending_of(
    dialogue: Dialogue, *, turns: int, greeting: str = "", watch_loops: bool = True
) -> Ending | None:
    """Return how the exchanges so far end the conversation, None where it goes on.

    The arguments are those of `play`.

    Raises:
        ValueError: `turns` is below 1.
    """
    if turns < 1:
        raise ValueError(f"turns must be at least 1, was: {turns}")
    if not dialogue.exchanges:
        return None
    last = dialogue.exchanges[-1]
    if broken := _no_answer(last.reply):
        return broken
    if last.move.status != "running":
        return _left(last.move)
    if watch_loops and in_loop(dialogue.exchanges, dialogue.conversation(greeting)):
        return Ending("loop")
    return Ending("max_turns") if len(dialogue.exchanges) >= turns else None


def advance(agent: Replier, user: User, dialogue: Dialogue, *, greeting: str = "") -> Event:
    """Take one turn of a conversation that has not ended; the arguments are those of `play`.

    Returns:
        The exchange, or an ending where the user left without a word or a party failed.
    """
    conversation = dialogue.conversation(greeting)
    move, asking = _asked(user, conversation)
    if isinstance(move, Ending):
        return move
    reply, answering = _answered(agent, conversation.add("user", move.text))
    if isinstance(reply, Ending):
        return reply
    return Exchange(move, reply, asking, answering)


def grown(dialogue: Dialogue, event: Event) -> Dialogue:
    """Return the dialogue with the event behind it; a new exchange sets it running again."""
    if isinstance(event, Ending):
        return replace(dialogue, status=event.status, fault=event.fault, error=event.error)
    said = (*dialogue.exchanges, event)
    return replace(dialogue, exchanges=said, status="running", fault=None, error="")


def _no_answer(reply: Reply) -> Ending | None:
    """A reply that the guard held back is an answer; none at all, or an unjudged one, is not."""
    if reply.text.strip():
        return None
    if not any(attempt.draft.strip() for attempt in reply.attempts):
        return _broken(ModelError("the character's model answered nothing"), "character")
    if reply.outcome == "unscored":
        why = reply.attempts[-1].verdict.reason
        return _broken(GuardError(f"the guard could not judge any draft: {why}"), "judge")
    return None


def _asked(user: User, conversation: Conversation) -> tuple[Move | Ending, Usage]:
    with counting() as spent:
        try:
            move: Move | Ending = user.move(conversation)
        except Exception as error:  # whatever it is, it may end this conversation only
            move = _broken(error, _to_blame(error, "simulator"))
    if isinstance(move, Move) and not move.text.strip():
        return _left(move), spent.usage
    return move, spent.usage


def _left(move: Move) -> Ending:
    if move.status == "error":
        faults = ", ".join(move.faults) or "no reason given"
        return Ending("error", "simulator", f"the user gave up on its own words: {faults}")
    if move.status == "running":
        return Ending("error", "simulator", "the user neither spoke nor left")
    return Ending(move.status)


def _answered(agent: Replier, conversation: Conversation) -> tuple[Reply | Ending, Usage]:
    with counting() as spent:
        try:
            reply: Reply | Ending = agent.reply(conversation)
        except Exception as error:  # as in _asked
            reply = _broken(error, _to_blame(error, "character"))
    return reply, spent.usage


def _to_blame(error: Exception, speaking: Party) -> Party:
    if isinstance(error, ModelError):
        return "engine"
    return "judge" if isinstance(error, GuardError) else speaking


def _broken(error: Exception, fault: Party) -> Ending:
    named = isinstance(error, PersonaSDKError)
    return Ending(
        "error", fault, str(error) if named else f"{type(error).__name__}: {error}", error
    )
