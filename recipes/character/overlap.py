"""The trivial character: it says the statement that shares most words with the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from persona_sdk.experience import first_person
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.retrieval import WordOverlapRelevance
from persona_sdk.types import Query, Turn, as_statements

NAME = "word overlap"

_NAME = re.compile(r"You are (.+)\.")


def overlap_model() -> ScriptedModel:
    """Return a chat model without weights: what a score is worth that it reaches too."""
    return ScriptedModel(overlap_reply, name=NAME, context_size=100_000)


def overlap_reply(messages: Sequence[Turn]) -> str:
    r"""Return the best statement of the persona block in the first person; the first in doubt.

    Example:
        >>> block = Turn("system", "You are Tess.\n\n- Tess is 52.\n- Tess keeps bees.")
        >>> overlap_reply([block, Turn("user", "Do you keep bees?")])
        'I keep bees.'
    """
    block = messages[0].content
    found = _NAME.match(block)
    name = found[1] if found else "I"
    facts = as_statements([line[2:] for line in block.splitlines() if line.startswith("- ")])
    if not facts:
        return f"I am {name}."
    scores = WordOverlapRelevance().relevance(Query(name, messages[-1].content), facts)
    best = max(range(len(facts)), key=lambda i: scores[i])
    return first_person(facts[best].text, name)
