"""What a character is called."""

from __future__ import annotations

import pytest

from simulators.behaviour.faults import is_inverted
from simulators.writing.naming import called, own_names


@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("Alice Carter", "Alice"),
        ("Captain Mira Voss", "Captain Mira Voss"),
        ("The Librarian", "The Librarian"),
        ("李白", "李白"),
        ("The", "The"),
    ],
)
def test_a_title_is_no_first_name(name: str, face: str) -> None:
    assert called(name) == face


def test_a_title_alone_is_not_what_a_character_calls_himself() -> None:
    assert own_names("Captain Mira Voss") == ("Captain Mira Voss", "Mira")
    assert own_names("The") == ("The",)


def test_an_article_in_a_name_makes_no_role_inversion() -> None:
    assert not is_inverted("this is the best day", "The Librarian")
    assert is_inverted("I'm Mira, and who are you?", "Captain Mira Voss")
