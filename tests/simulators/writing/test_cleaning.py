"""What a model wrote, as a turn."""

from __future__ import annotations

import pytest

from simulators.writing.cleaning import cleaned, continued


@pytest.mark.parametrize(
    ("written", "turn"),
    [
        ("\n\nhi there\nAda: Hello.", "hi there"),
        ("Person: hi", "hi"),
        ("“hi there”", "hi there"),
        ('"one" and "two"', '"one" and "two"'),
        ("*waves* hi [smiles", "hi"),
        ("is it (x + 1) * 2 * 3", "is it (x + 1) * 2 * 3"),
        ("*waves*", ""),
    ],
)
def test_one_line_is_left_without_labels_and_stage_directions(written: str, turn: str) -> None:
    assert cleaned(written) == turn


def test_what_was_begun_is_gone_on_with() -> None:
    assert continued("how do you", "feel") == "how do you feel"
    assert continued("how do you", " feel") == "how do you feel"
    assert continued("Nurse here", ", and you?") == "Nurse here, and you?"


@pytest.mark.parametrize("added", ["", "  ", '""', "(smiles at her)"])
def test_nothing_added_is_nothing_said(added: str) -> None:
    assert cleaned(continued("how do you", added)) == ""
