from __future__ import annotations

import doctest

import pytest

import guards.rendering
from guards.rendering import as_prose, as_sentence
from persona_sdk.sentences import split_segments


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(guards.rendering).failed == 0


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("(sips her coffee)", "Alice sips her coffee."),
        ("*Sips her coffee*", "Alice sips her coffee."),
        ("(sipping her coffee)", "Alice is sipping her coffee."),
        ("(She sips her coffee.)", "She sips her coffee."),
        ("(I sip my coffee)", "I sip my coffee."),
        ("(Alice sips her coffee)", "Alice sips her coffee."),
        ("(Her hands shake)", "Her hands shake."),
        ("[I hate this place]", "I hate this place."),
        ("[Who is he?]", "Who is he?"),
    ],
)
def test_actions_and_thoughts_become_sentences(action, sentence):
    assert as_sentence(split_segments(action)[0], "Alice") == sentence


def test_plain_speech_stays_byte_for_byte():
    draft = "Well…  I play.\nThat is all."
    assert as_prose(split_segments(draft), draft, "Alice") == draft


def test_a_mixed_reply_keeps_its_order():
    draft = "Hi. (waves) Come in."
    assert as_prose(split_segments(draft), draft, "Alice") == "Hi. Alice waves. Come in."
