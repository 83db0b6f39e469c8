"""Asks a model how a conversation stands for the user: one constrained JSON answer."""

from __future__ import annotations

import json
from typing import Final

from persona_sdk.errors import ModelError
from persona_sdk.profile import Profile
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Conversation, GenerationOptions
from simulators.behaviour.endings import may_be_satisfied, unhelpful_in_a_row
from simulators.values import Status
from simulators.writing.user_prompts import Templates, decision_prompt

SCHEMA: Final = json.dumps(
    {
        "type": "object",
        "properties": {"status": {"enum": ["running", "satisfied", "gave_up", "out_of_scope"]}},
        "required": ["status"],
        "additionalProperties": False,
    }
)
_ANSWERS: dict[str, Status] = {
    "running": "running",
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
) -> Status | None:
    """Return the status that the model decides on, as far as the rules find it possible.

    The model is asked only where some ending is possible at all: a small one would leave in the
    middle of a question.

    Returns:
        The status; None where the model did not or could not keep to the schema, so that nothing
        is decided.
    """
    content = may_be_satisfied(profile, conversation)
    annoyed = unhelpful_in_a_row(conversation) > 0
    if not (content or annoyed):
        return "running"
    options = GenerationOptions(
        max_tokens=24, temperature=0.0, repeat_penalty=1.0, seed=seed, json_schema=SCHEMA
    )
    prompt = decision_prompt(profile, conversation, character=character, templates=templates)
    try:
        status = _read(model.generate(prompt, options=options)[0].text)
    except ModelError:  # not every engine keeps to a schema; a broken one fails the turn as well
        return None
    possible = {"satisfied": content, "gave_up": annoyed, "out_of_scope": annoyed}
    return status if status is None or possible.get(status, True) else "running"


def _read(text: str) -> Status | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return _ANSWERS.get(str(answer.get("status"))) if isinstance(answer, dict) else None
