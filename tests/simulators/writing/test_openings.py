"""How a turn begins."""

from __future__ import annotations

import pytest

from persona_sdk.profile import Profile
from persona_sdk.types import Conversation
from simulators.writing.openings import due_goal, ending_opening, own_goal, plain_opening

TALK = Conversation().add("user", "hi").add("assistant", "Hello.")


def test_a_goal_is_named_once() -> None:
    cook = Profile("p", goals=("Find out what Ada eats.",))
    named = TALK.add("user", "i wanna find out what ada eats").add("assistant", "Bread.")

    assert any(due_goal(cook, TALK, seed=seed) for seed in range(9))
    assert not any(due_goal(cook, named, seed=seed) for seed in range(9))


def test_the_first_turn_names_no_goal() -> None:
    cook = Profile("p", goals=("Find out what Ada eats.",))

    assert not any(due_goal(cook, Conversation(), seed=seed) for seed in range(9))


@pytest.mark.parametrize(
    ("goal", "own"),
    [
        ("Improve your English.", "improve my English"),
        ("HTML is to be learnt.", "HTML is to be learnt"),
        ("Gossip a little", "gossip a little"),
    ],
)
def test_a_goal_is_said_in_own_words(goal: str, own: str) -> None:
    assert own_goal(goal) == own


def test_questions_and_statements_open_differently() -> None:
    asking = {plain_opening(TALK, asks=True, seed=seed) for seed in range(50)}
    telling = {plain_opening(TALK, asks=False, seed=seed) for seed in range(50)}

    assert len(asking) > 5
    assert not asking & telling


def test_an_ending_opens_as_one_and_plain_talk_does_not() -> None:
    assert ending_opening("satisfied", seed=1)
    assert ending_opening("running", seed=1) == ""
