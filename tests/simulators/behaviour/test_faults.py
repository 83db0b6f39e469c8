"""What a simulated user must not say."""

from __future__ import annotations

import pytest

from persona_sdk.types import Conversation
from simulators.behaviour.faults import (
    faults_of,
    is_closing,
    is_goodbye_loop,
    is_stuck,
    repeats_itself,
)


def talk(*turns: str) -> Conversation:
    """Return a conversation that the user opens."""
    conversation = Conversation()
    for i, turn in enumerate(turns):
        conversation = conversation.add("assistant" if i % 2 else "user", turn)
    return conversation


@pytest.mark.parametrize(
    "text",
    [
        "As an AI language model, I have no hobbies.",
        "I'm Ada, and I study engines.",
        "Ada: I was born in London.",
        "How can I help you today?",
        "I'd be happy to help with that.",
        "Id love to help with your problem",
        "im ready to assist",
        "Feel free to ask me anything.",
    ],
)
def test_speaking_as_the_character_or_an_assistant_is_caught(text: str) -> None:
    assert "role inversion" in faults_of(text, Conversation(), character="Ada Lovelace")


@pytest.mark.parametrize(
    "text",
    [
        "hi Ada, how are you",
        "are you an AI?",
        "can you help me",
        "ok",
        "my goal is to run a marathon",
        "my role is boring",
    ],
)
def test_what_people_say_is_no_fault(text: str) -> None:
    assert faults_of(text, talk("hello", "Good day."), character="Ada") == ()


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_a_turn_without_a_letter_is_empty(text: str) -> None:
    assert faults_of(text, Conversation(), character="Ada") == ("empty",)


@pytest.mark.parametrize(
    "text",
    [
        "<think>He should ask about work.</think>",
        '{"status": "satisfied"}',
        "The user should now ask about London.",
        "My goal is to find out what she eats.",
        "you write casually in very short messages of about four words",
    ],
)
def test_reasoning_and_instructions_are_a_leak(text: str) -> None:
    told = "You write casually, in very short messages of about four words."

    assert "leak" in faults_of(text, Conversation(), character="Ada", instructions=told)


def test_saying_what_was_just_said_by_the_character_is_parroting() -> None:
    heard = talk("where are you from", "I grew up near the harbour of a small town.")

    said = "I grew up near the harbour of a small town"
    assert "parroting" in faults_of(said, heard, character="Ada")


def test_a_turn_like_one_of_the_last_three_is_a_repetition() -> None:
    said = talk("Where do you live?", "Here.", "ok", "Yes.", "so what", "Well.")

    assert repeats_itself("where do you live??", said)
    assert not repeats_itself("where do you work", said)


@pytest.mark.parametrize("text", ["so so so so so so", "i know, i know, i know, i know, i know"])
def test_the_same_words_again_and_again_are_a_stutter(text: str) -> None:
    assert "stutter" in faults_of(text, Conversation(), character="Ada")


@pytest.mark.parametrize(
    "text", ["ha ha ha ha, no no no", "sooooo good", "hahahahahaha", "........"]
)
def test_people_laugh_and_stretch_words(text: str) -> None:
    assert "stutter" not in faults_of(text, Conversation(), character="Ada")


def test_short_answers_may_be_repeated() -> None:
    assert not repeats_itself("yes", talk("yes", "Good."))


def test_a_turn_of_long_ago_may_be_repeated() -> None:
    long_ago = talk("where do you live", "a", "one two", "b", "two three", "c", "three four", "d")

    assert not repeats_itself("where do you live", long_ago)


def test_three_turns_without_news_are_stuck() -> None:
    assert is_stuck(talk("tell me of London", "It is big.", "London?", "Yes.", "London!", "Yes.",
                         "big London", "Yes."))  # fmt: skip
    assert not is_stuck(talk("London?", "Yes.", "and the river?", "Wide.", "the bridges?", "Old."))


def test_goodbyes_of_both_sides_twice_are_a_loop() -> None:
    assert is_goodbye_loop(talk("ok bye", "Goodbye!", "see you", "Take care."))
    assert not is_goodbye_loop(talk("ok bye", "Goodbye!", "wait, one thing", "Yes?"))


def test_a_thank_you_with_a_question_closes_nothing() -> None:
    assert is_closing("thanks, bye")
    assert not is_closing("thanks. and where is that?")
