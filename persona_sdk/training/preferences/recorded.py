"""Candidates out of conversations that were held: every draft of every reply was kept.

What is kept is the conversation, not the prompt. The prompt is built again from the persona and
the turns, as the agent built it; where the context was full then, the agent noted that turns or
statements were left out, nobody can say which, and the reply is passed over. A repaired draft was
written under a prompt with a hint in the last user turn; here it counts for the prompt without.
"""

from __future__ import annotations

from collections.abc import Iterator

from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.prompts import PromptBuilder
from persona_sdk.store import Store
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.types import Conversation, Persona, Reply, Turn


def recorded_candidates(
    persona: Persona,
    conversation: Conversation,
    reply: Reply,
    *,
    prompts: PromptBuilder | None = None,
    source: str = "",
) -> Candidates | None:
    """Return the drafts of one reply, or None where its prompt cannot be told.

    Args:
        persona: As it was then.
        conversation: What was said before the reply.
        reply: With its attempts and notes.
        prompts: How the prompt was built then; None shows all statements.
        source: Where the reply was found.
    """
    if any(_CUT in note for note in reply.notes):
        return None
    prompt = (prompts or PromptBuilder()).build(persona, conversation, _ROOMY, reserve=0)
    return Candidates(prompt.messages, persona.name, reply.attempts, source)


def store_candidates(
    store: Store, *, session: str | None = None, prompts: PromptBuilder | None = None
) -> Iterator[Candidates | None]:
    """Yield the drafts of every reply that a store holds, or of one session.

    Raises:
        StoreError: No such session, or the database cannot be read.
    """
    for held in [store.session(session)] if session else store.sessions():
        turns: list[Turn] = []
        for stored in store.turns(held.id):
            if stored.outcome is not None:
                yield recorded_candidates(
                    held.persona,
                    Conversation(tuple(turns)),
                    stored.reply,
                    prompts=prompts,
                    source=f"session {held.id}, turn {stored.index}",
                )
            turns.append(stored.turn)


_CUT = "context"
"""Stands in every note of `persona_sdk.prompts` about what was left out."""

_ROOMY = ScriptedModel("", name="any", context_size=2**40)
"""Counts words, and never runs out of room."""
