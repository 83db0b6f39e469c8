"""An agent of any make, whose replies a guard judges where it does not judge them itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from persona_sdk.protocols import Guard
from persona_sdk.types import Attempt, Conversation, Persona, Reply, Verdict
from simulators.protocols import Replier


@dataclass(frozen=True, slots=True)
class Judged:
    """Adds a verdict to every reply that has none.

    Example:
        >>> from guards.scripted import ScriptedGuard
        >>> from persona_sdk.agent import PersonaAgent
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> from persona_sdk.types import as_statements
        >>> alice = Persona("Alice", as_statements(["Alice never drinks coffee."]))
        >>> agent = PersonaAgent(alice, ScriptedModel("I love coffee."), None, mode="off")
        >>> judged = Judged(agent, alice, ScriptedGuard({"love coffee": "s1"}))
        >>> judged.reply(Conversation().add("user", "Coffee?")).outcome
        'fail'
    """

    agent: Replier
    persona: Persona
    guard: Guard

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn; an agent that judges itself is believed."""
        reply = self.agent.reply(conversation)
        if not reply.text or any(_was_judged(attempt.verdict) for attempt in reply.attempts):
            return reply
        verdict = self.guard.check(self.persona, conversation, reply.text)
        attempt = Attempt(reply.text, verdict)
        return replace(reply, attempts=(attempt,), outcome=verdict.outcome)


def _was_judged(verdict: Verdict) -> bool:
    """Whether a guard looked at the draft, though it may have found itself in doubt."""
    return verdict.outcome != "unscored" or bool(verdict.constraints)
