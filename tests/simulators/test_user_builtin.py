"""The model that ships plays a user."""

from __future__ import annotations

import pytest

from persona_sdk.models.catalog import load_model
from persona_sdk.profile import Fact, Profile, Style
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Conversation
from simulators.behaviour.decisions import decided_status
from simulators.user import LLMUser
from simulators.writing.user_prompts import Templates

pytestmark = pytest.mark.model

NURSE = Profile(
    "p",
    (Fact("f1", "You are a nurse."),),
    goals=("Find out what Ada eats.",),
    style=Style(words=6, spread=0.3, lower_start=1.0, end_mark=0.0, exclamations=0.0),
)
ANSWERED = (
    Conversation()
    .add("user", "hello")
    .add("assistant", "Good day.")
    .add("user", "what do you eat")
    .add("assistant", "I eat rye bread and soup.")
)


@pytest.fixture(scope="module")
def model() -> ChatModel:
    return load_model("builtin", context_size=512)


def test_a_seed_gives_the_same_turn_in_the_style_of_the_profile(model: ChatModel) -> None:
    user = LLMUser(NURSE, model, persona_name="Ada", seed=5, drafts=1, tries=1, leaves=False)
    one, other = user.move(ANSWERED), user.move(ANSWERED)

    assert one == other
    assert one.text
    assert one.text[0] == one.text[0].lower()
    assert one.text[-1] not in ".!"


def test_the_decision_is_one_of_those_that_may_be_taken(model: ChatModel) -> None:
    status = decided_status(model, NURSE, ANSWERED, character="Ada", templates=Templates(), seed=1)

    assert status in ("running", "satisfied")
