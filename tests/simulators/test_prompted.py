"""The plain prompted user."""

from __future__ import annotations

from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Conversation
from simulators.prompted import PromptedUser

NURSE = Profile("p", (Fact("f1", "You are a nurse."),))


def test_the_profile_stands_in_the_prompt_and_the_roles_are_swapped() -> None:
    model = ScriptedModel("Hello there.")
    talk = Conversation().add("user", "hi").add("assistant", "Good day.")

    assert PromptedUser(NURSE, model, "Ada").move(talk).text == "Hello there."
    system, *turns = model.prompts[0]
    assert "You are a nurse." in system.content
    assert [t.role for t in turns] == ["user", "assistant", "user"]


def test_what_it_writes_is_left_as_it_is() -> None:
    text = "As an AI, I would be happy to help! 😀"

    assert PromptedUser(NURSE, ScriptedModel(text), "Ada").move(Conversation()).text == text


def test_an_empty_turn_is_an_error_of_the_simulator() -> None:
    move = PromptedUser(NURSE, ScriptedModel(""), "Ada").move(Conversation())

    assert (move.status, move.faults) == ("error", ("empty",))
