"""Slips of the finger."""

from __future__ import annotations

from simulators.writing.slips import with_slips

TEXT = "where are the people that live near the river and what do they talk about all day"


def test_no_rate_no_slip() -> None:
    assert with_slips(TEXT, 0.0, seed=1) == TEXT


def test_first_letters_names_and_short_words_stay() -> None:
    for seed in range(30):
        slipped = with_slips("where is Anna the dog", 1.0, seed=seed)
        first, second, name, *rest = slipped.split()
        assert first != "where"
        assert first[0] == "w"
        assert (second, name, rest) == ("is", "Anna", ["the", "dog"])


def test_a_slip_is_one_letter_away() -> None:
    for seed in range(50):
        for before, after in zip(
            TEXT.split(), with_slips(TEXT, 0.3, seed=seed).split(), strict=True
        ):
            assert abs(len(before) - len(after)) <= 1
