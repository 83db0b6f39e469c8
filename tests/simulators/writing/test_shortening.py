"""Cutting a turn to a length."""

from __future__ import annotations

import pytest

from persona_sdk.profile import Style
from simulators.writing.shortening import MOST_WORDS, drawn_length, shortened

TEXT = "I like tea, but only in the morning. What do you drink when you get up?"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (3, "I like tea"),
        (7, "I like tea, but only in the morning."),
        (20, TEXT),
    ],
)
def test_a_turn_ends_where_a_clause_or_a_sentence_does(words: int, text: str) -> None:
    assert shortened(TEXT, words) == text


def test_a_long_clause_is_not_left_hanging() -> None:
    long = "I was walking along the river with the dog of my sister for most of the day"

    for words in range(1, 14):
        assert shortened(long, words).split()[-1] not in {"the", "of", "with", "my", "was", "for"}


def test_lengths_are_log_normal_about_the_median() -> None:
    drawn = sorted(drawn_length(Style(words=8, spread=0.8), seed=seed) for seed in range(501))

    assert 7 <= drawn[250] <= 9
    assert drawn[0] >= 1
    assert drawn[-1] <= MOST_WORDS
