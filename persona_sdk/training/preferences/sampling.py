"""Samples several replies to each query and has the guard judge them (arXiv 2405.07726, 4.2)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from persona_sdk.agent import PersonaAgent
from persona_sdk.prompts import PromptBuilder
from persona_sdk.protocols import ChatModel, Guard
from persona_sdk.seeds import derived
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.likeness import same_words
from persona_sdk.types import Conversation, GenerationOptions, Persona

OPTIONS = GenerationOptions(max_tokens=120, temperature=1.0)
"""The paper's temperature, which makes replies differ; a reply of a chat is no longer than this."""

MOST_QUERIES = 100
"""Queries that the paper draws for a character at most."""


def sample_candidates(
    persona: Persona,
    queries: Iterable[str | Conversation],
    model: ChatModel,
    guard: Guard,
    *,
    k: int = 4,
    options: GenerationOptions = OPTIONS,
    prompts: PromptBuilder | None = None,
    seed: int = 0,
) -> Iterator[Candidates]:
    """Yield `k` judged drafts for each query, in order, as soon as they are there.

    They are drafted as `PersonaAgent` drafts: same prompt, same stops, same cleaning. The seed of
    a query hangs on its words alone, so that leaving out those that are done changes no other.

    Args:
        persona: Who answers.
        queries: What a user asks, or whole conversations that end with a user turn.
        model: Writes the drafts.
        guard: Judges them.
        k: Drafts of a query, at least 2.
        options: How to sample; `n` and `seed` are set here.
        prompts: Which statements the model sees; None shows all.
        seed: Same seed, same drafts on the same machine.

    Raises:
        ValueError: `k` is below 2, or a conversation does not end with a user turn.
        ModelError: The model failed; what was yielded before stands.
        ContextOverflow: A query does not fit the model's context.

    Example:
        >>> from guards.scripted import ScriptedGuard
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> tess = Persona("Tess", ())
        >>> model = ScriptedModel(["I keep bees.", "I hate bees."])
        >>> guard = ScriptedGuard()
        >>> (found,) = sample_candidates(tess, ["What do you do?"], model, guard, k=2)
        >>> [attempt.draft for attempt in found.attempts]
        ['I keep bees.', 'I hate bees.']
    """
    if k < 2:
        raise ValueError(f"k must be at least 2 to have a pair, was: {k}")
    agent = PersonaAgent(persona, model, guard, prompts=prompts or PromptBuilder())
    for query in queries:
        conversation = as_conversation(query)
        its_seed = derived(seed, "candidates", persona.name, key_of(conversation))
        asked = replace(agent, options=replace(options, n=1, seed=its_seed))
        drafting = asked.drafting(conversation)
        attempts = drafting.write("draft", n=k)
        yield Candidates(drafting.prompt.messages, persona.name, tuple(attempts), model.name)


def as_conversation(query: str | Conversation) -> Conversation:
    """Return a query as the conversation that it opens."""
    return Conversation().add("user", query) if isinstance(query, str) else query


def key_of(conversation: Conversation) -> str:
    """Return what tells a query from others: the words of every turn, case and marks aside."""
    return "\n".join(f"{t.role}: {' '.join(same_words(t.content))}" for t in conversation)


def draw_queries(
    queries: Sequence[str | Conversation], most: int = MOST_QUERIES, *, seed: int = 0
) -> list[Conversation]:
    """Return at most `most` of the queries that differ in words, by chance, in their order.

    Raises:
        ValueError: `most` is below 1.
    """
    if most < 1:
        raise ValueError(f"most must be at least 1, was: {most}")
    unique = list({key_of(c): c for c in map(as_conversation, queries)}.values())
    if len(unique) <= most:
        return unique
    places = random.Random(derived(seed, "queries")).sample(range(len(unique)), most)
    return [unique[i] for i in sorted(places)]
