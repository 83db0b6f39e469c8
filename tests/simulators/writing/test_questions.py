"""Statements of a persona as the questions people ask."""

from __future__ import annotations

import pytest

from persona_sdk.types import Statement
from simulators.writing.questions import questions
from simulators.writing.second_person import addressed, claims


@pytest.mark.parametrize(
    ("statement", "asked"),
    [
        ("Tess keeps bees.", "Do you keep bees?"),
        ("Tess is a nurse.", "Are you a nurse?"),
        ("Tess was born in Lyon.", "Were you born in Lyon?"),
        ("Tess has two cats.", "Do you have two cats?"),
        ("Tess has never seen snow.", "Have you ever seen snow?"),
        ("Tess does not drink coffee.", "Do you drink coffee?"),
        ("Tess cannot swim.", "Can you swim?"),
        ("Tess never lies.", "Do you ever lie?"),
        ("Tess grew up by the sea.", "Did you grow up by the sea?"),
        ("Tess hoards books.", "Do you hoard books?"),
        ("Tess often sings to her cats.", "Do you often sing to your cats?"),
        ("Tess has never set foot on Earth.", "Have you ever set foot on Earth?"),
        ("Tess hates fog.", "Do you hate fog?"),
        (
            "Tess often ponders her work and reads widely on it.",
            "Do you often ponder your work and read widely on it?",
        ),
        ("Tess lends books to those who ask.", "Do you lend books to those who ask?"),
        (
            "Tess is introverted, reflective, sensitive, and artistic, often using music to hide.",
            "Are you introverted, reflective, sensitive, and artistic?",
        ),
        ("Tess's first mate is a robot.", "Who is your first mate?"),
        ("Tess's house is an old mill.", "What is your house like?"),
    ],
)
def test_a_statement_is_asked_straight(statement: str, asked: str) -> None:
    assert questions(Statement("s1", statement), "Tess")[0] == asked


def test_a_statement_is_asked_in_several_ways() -> None:
    found = questions(Statement("s1", "Tess lives in Lyon."), "Tess")

    assert "Where do you live?" in found
    assert "So you live in Lyon, don't you?" in found
    assert "Is it true that you live in Lyon?" in found


def test_the_tag_of_a_denial_is_positive() -> None:
    assert "So you do not drink coffee, do you?" in questions(
        Statement("s1", "Tess does not drink coffee."), "Tess"
    )


def test_what_somebody_hates_is_no_denial() -> None:
    assert "So you hate fog, don't you?" in questions(Statement("s1", "Tess hates fog."), "Tess")


def test_a_question_for_a_job_is_not_asked_about_what_is_none() -> None:
    assert "What do you do?" in questions(Statement("s1", "Tess is a nurse."), "Tess")
    assert "What do you do?" not in questions(Statement("s1", "Tess is a widow."), "Tess")


def test_what_belongs_to_the_character_is_asked_for() -> None:
    found = questions(Statement("s1", "Tess's music is slow."), "Tess")

    assert "Tell me about your music" in found


def test_any_statement_gives_a_question_even_one_that_no_rule_reads() -> None:
    assert questions(Statement("s1", "Zwölf Uhr ist Mittag."), "Tess")


def test_a_surname_and_a_trailing_clause_do_not_stand_in_the_way() -> None:
    (first, *_) = claims("Eve Marsh studied law in Bern, providing her with work.", "Eve")

    assert first.asked == "did you study law in Bern"


def test_her_things_become_yours() -> None:
    assert addressed("Tess washes her car herself.", "Tess") == "You wash your car yourself."
