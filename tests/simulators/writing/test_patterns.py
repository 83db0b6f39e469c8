"""The shape of a turn, taken from a real one."""

from __future__ import annotations

from persona_sdk.profile import Style
from simulators.writing.patterns import Pattern, drawn_pattern

STYLE = Style(words=5, spread=0)


def test_the_length_is_that_of_a_real_turn() -> None:
    said = ("no", "i have no idea what that is")

    assert {drawn_pattern(said, STYLE, seed=seed).words for seed in range(30)} == {1, 7}


def test_most_turns_open_as_a_real_one() -> None:
    openings = [drawn_pattern(("so what is that then",), STYLE, seed=i).opening for i in range(200)]

    assert set(openings) == {"", "so", "so what"}
    assert 0.1 < openings.count("") / 200 < 0.3


def test_of_a_short_turn_no_word_is_taken_and_of_a_number_one_digit() -> None:
    assert {drawn_pattern(("ok then",), STYLE, seed=i).opening for i in range(30)} == {""}
    assert {drawn_pattern(("6840",), STYLE, seed=i).opening for i in range(30)} == {"", "6"}


def test_without_words_in_the_examples_the_style_gives_the_length() -> None:
    assert drawn_pattern(("...",), STYLE, seed=1) == Pattern("", 5)
