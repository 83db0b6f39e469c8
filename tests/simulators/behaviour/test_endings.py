"""When a user ends a conversation."""

from __future__ import annotations

from persona_sdk.profile import Profile
from persona_sdk.types import Conversation
from simulators.behaviour.endings import (
    both_closed,
    may_be_satisfied,
    ruled_status,
    unhelpful_in_a_row,
)

COOK = Profile("p", goals=("Find out what Ada eats.",), patience=2)


def talk(*turns: str) -> Conversation:
    conversation = Conversation()
    for i, turn in enumerate(turns):
        conversation = conversation.add("assistant" if i % 2 else "user", turn)
    return conversation


def test_patience_ends_with_as_many_unhelpful_replies() -> None:
    once = talk("what do you eat", "I don't know.")
    twice = talk("what do you eat", "I don't know.", "come on", "I'd rather not.")

    assert ruled_status(COOK, once) == "running"
    assert ruled_status(COOK, twice) == "gave_up"


def test_a_useful_reply_restores_the_patience() -> None:
    assert unhelpful_in_a_row(talk("a", "I don't know.", "b", "I eat soup with bread.")) == 0


def test_the_same_reply_again_is_unhelpful_and_so_is_none() -> None:
    same = "I was walking by the river all day."

    assert unhelpful_in_a_row(talk("a", same, "b", same)) == 1
    assert unhelpful_in_a_row(talk("a", "")) == 1


def test_nobody_is_satisfied_before_the_goal_came_up() -> None:
    assert not may_be_satisfied(COOK, talk("hi", "Good day.", "well", "It rains here."))
    assert may_be_satisfied(COOK, talk("hi", "Good day.", "what do you eat", "I eat rye bread."))


def test_a_goal_comes_up_in_a_script_without_spaces_too() -> None:
    cook = Profile("p", goals=("了解她吃什么。",))

    assert may_be_satisfied(cook, talk("嗨", "你好。", "你吃什么", "她吃什么？我吃面包。"))
    assert not may_be_satisfied(cook, talk("嗨", "你好。", "天气呢", "今天下雨。"))


def test_nobody_is_satisfied_in_the_middle_of_a_question() -> None:
    assert not may_be_satisfied(COOK, talk("hi", "Yes?", "food", "I eat rye bread. And you?"))
    assert not may_be_satisfied(COOK, talk("hi", "Yes?", "food", "I eat rye bread. 你呢？"))


def test_a_goodbye_loop_ends_without_a_word() -> None:
    assert ruled_status(COOK, talk("bye", "Goodbye.", "bye now", "Take care!")) == "loop"
    assert both_closed(talk("thanks, bye", "Goodbye."))
