import doctest
from dataclasses import replace

import simulators.profiles.render
from persona_sdk.profile import BigFive, Fact, Profile, Style
from simulators.profiles.render import as_query, as_statement, objective, subjective


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.render).failed == 0


def test_facts_come_before_goals() -> None:
    facts = (Fact("f1", "You are a nurse."), Fact("f2", "You live in Rome"))
    profile = Profile("p", facts, goals=("Book a table, if there is one.", "UNICEF rules.", "Eat."))
    assert objective(profile) == (
        "You are a nurse. You live in Rome. "
        "You want to book a table, if there is one; UNICEF rules; and eat."
    )


def test_an_empty_profile_has_no_objective_paragraph() -> None:
    assert objective(Profile("p")) == ""


def test_own_prose_wins_with_its_line_feeds() -> None:
    profile = Profile("p", objective="One.\n\nTwo.", subjective="Three.\nFour.")
    assert objective(profile) == "One.\n\nTwo."
    assert subjective(profile) == "Three.\nFour."


def test_the_style_is_told_before_the_traits() -> None:
    style = Style(words=4, lower_start=0.95, end_mark=0.2, typos=0.03, phrases=("i dunno",))
    text = subjective(Profile("p", style=style, big_five=BigFive("high", neuroticism="low")))
    assert text.index("very short messages of about 4 words") < text.index("curious")
    assert "almost always begin in lower case" in text
    assert "usually leave out the final full stop" in text
    assert "make typing mistakes" in text
    assert "“i dunno”" in text
    assert text.endswith("You are curious and open to new ideas and calm and hard to upset.")


def test_unknown_traits_are_not_told() -> None:
    assert "curious" not in subjective(Profile("p"))


def test_other_styles_read_otherwise() -> None:
    plain = Profile("p")
    texts = {subjective(replace(plain, style=Style(words=w))) for w in (2, 10, 20, 60, 200)}
    assert len(texts) == 5


def test_a_fact_becomes_a_statement_under_its_id() -> None:
    assert as_statement(Fact("f7", "You are a nurse")).id == "f7"
    assert as_statement(Fact("f7", "You are a nurse")).text == "The user is a nurse."
    assert as_query("What do you do?").text == "What do you do?"
