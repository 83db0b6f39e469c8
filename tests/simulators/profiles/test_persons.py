import doctest

import pytest

import simulators.profiles.persons
from simulators.profiles.persons import about_you, to_first, to_second, to_third


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.persons).failed == 0


@pytest.mark.parametrize(
    ("second", "third"),
    [
        ("You are a nurse.", "The user is a nurse."),
        ("You aren't married.", "The user isn't married."),
        ("You haven't finished school.", "The user hasn't finished school."),
        ("You've two cats.", "The user has two cats."),
        ("You can't swim.", "The user can't swim."),
        ("You were born in Rome.", "The user was born in Rome."),
        ("You never drink and often run.", "The user never drinks and often runs."),
        ("You carry on and go home.", "The user carries on and goes home."),
        ("Your favourite food is pizza.", "The user's favourite food is pizza."),
        ("Your boss hates you.", "The user's boss hates them."),
        ("You hurt yourself when you run.", "The user hurts themselves when they run."),
        ("You and your wife live in Rome.", "The user and their wife live in Rome."),
        ("You have a dog who loves you.", "The user has a dog who loves them."),
        ("The food you love is pizza.", "The food the user loves is pizza."),
        ("You like bread and butter.", "The user likes bread and butter."),
        ("You would like to travel.", "The user would like to travel."),
        ("You do not smoke.", "The user does not smoke."),
        ("You skateboard.", "The user skateboards."),
    ],
)
def test_facts_are_said_of_the_user(second: str, third: str) -> None:
    assert to_third(second) == third


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I'm 25 and I've two cats.", "You are 25 and you have two cats."),
        ("im a teacher", "You are a teacher"),
        ("I was born in Rome and was raised in Paris.", None),
        ("We have two kids.", "You have two kids."),
        ("My wife is a doctor and was born here.", "Your wife is a doctor and was born here."),
        ("I don't like my boss.", "You don't like your boss."),
        ("My wife teaches me chess.", "Your wife teaches you chess."),
    ],
)
def test_what_the_user_says_becomes_what_is_said_to_him(first: str, second: str | None) -> None:
    wanted = second or "You were born in Rome and were raised in Paris."
    assert to_second(first) == wanted


@pytest.mark.parametrize(
    "fact",
    [
        "You are a nurse and your wife teaches you chess.",
        "You were born in Rome.",
        "You like that you can sing.",
        "Your sister has two cats.",
    ],
)
def test_a_fact_comes_back_from_the_first_person(fact: str) -> None:
    assert to_second(to_first(fact)) == fact


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The user lives in Rome with her cat.", "You live in Rome with your cat."),
        ("User's dog is old.", "Your dog is old."),
        ("He never carries cash.", "You never carry cash."),
        ("You sing.", "You sing."),
        ("It rains.", "It rains."),
    ],
)
def test_what_a_model_writes_of_the_user_becomes_a_fact(said: str, told: str) -> None:
    assert about_you(said) == told
