"""Asks a model how a conversation stands for the user: one constrained JSON answer."""

from __future__ import annotations

import json
from typing import Final

from persona_sdk.profile import Profile
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Conversation, GenerationOptions
from simulators.endings import may_be_satisfied, unhelpful_in_a_row
from simulators.user_prompts import Templates, decision_prompt
from simulators.values import Status

SCHEMA: Final = json.dumps(
    {
        "type": "object",
        "properties": {"status": {"enum": ["running", "satisfied", "gave_up", "out_of_scope"]}},
        "required": ["status"],
        "additionalProperties": False,
    }
)
_ANSWERS: dict[str, Status] = {
    "satisfied": "satisfied",
    "gave_up": "gave_up",
    "out_of_scope": "out_of_scope",
}


def decided_status(
    model: ChatModel,
    profile: Profile,
    conversation: Conversation,
    *,
    character: str,
    templates: Templates,
    seed: int,
) -> Status:
    """Return the status that the model decides on, as far as the rules find it possible.

    The model is asked only where some ending is possible at all: a small one would leave in the
    middle of a question. What it answers outside the schema counts as `running`.

    Raises:
        ModelError: The model failed, or cannot keep to a schema.
    """
    content = may_be_satisfied(profile, conversation)
    annoyed = unhelpful_in_a_row(conversation) > 0
    if not (content or annoyed):
        return "running"
    options = GenerationOptions(
        max_tokens=24, temperature=0.0, repeat_penalty=1.0, seed=seed, json_schema=SCHEMA
    )
    prompt = decision_prompt(profile, conversation, character=character, templates=templates)
    status = _read(model.generate(prompt, options=options)[0].text)
    possible = content if status == "satisfied" else annoyed
    return status if possible else "running"


def _read(text: str) -> Status:
    try:
        answer = json.loads(text)
    except ValueError:
        return "running"
    return (
        _ANSWERS.get(str(answer.get("status")), "running")
        if isinstance(answer, dict)
        else "running"
    )
