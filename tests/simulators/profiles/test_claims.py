import doctest

import pytest

import simulators.profiles.attributes
import simulators.profiles.claims
import simulators.profiles.goals
import simulators.profiles.implied
import simulators.profiles.remarks
from simulators.profiles.attributes import attribute_of
from simulators.profiles.claims import claims
from simulators.profiles.goals import goals_of
from simulators.profiles.implied import implied


@pytest.mark.parametrize("name", ["attributes", "claims", "goals", "implied", "remarks"])
def test_the_examples_run(name: str) -> None:
    assert doctest.testmod(getattr(simulators.profiles, name)).failed == 0


FACTS = {
    "im 25 and live in texas, i have two dogs": (
        "You are 25.|You live in texas.|You have two dogs."
    ),
    "We have three kids and a dog.": "You have three kids.|You have a dog.",
    "I love to read, cook, and sing.": "You love to read.|You love to cook.|You love to sing.",
    "On weekends I hike with my son.": "You hike with your son.",
    "I'm not a doctor. I don't eat meat.": "You are not a doctor.|You don't eat meat.",
    "I was born in Rome and was raised by my aunt.": (
        "You were born in Rome.|You were raised by your aunt."
    ),
    "yeah i love pizza too lol": "You love pizza.",
    "I work as a baker and love it.": "You work as a baker.",
    "I would like to travel to Japan.": "You would like to travel to Japan.",
    "I keep bees. I help at a shelter. I wait tables.": (
        "You keep bees.|You help at a shelter.|You wait tables."
    ),
}


@pytest.mark.parametrize(("turn", "facts"), FACTS.items())
def test_what_a_user_says_of_himself_is_cut_into_facts(turn: str, facts: str) -> None:
    assert "|".join(claims(turn)) == facts


@pytest.mark.parametrize(
    "turn",
    [
        "Do I have a fever?",
        "If I were rich, I'd buy a boat.",
        "I wish I had a dog.",
        "Maybe I am a nurse.",
        "My friend has a dog.",
        "My boss lives in Rome.",
        "My brother said I am lazy.",
        'She shouted "I am a nurse".',
        "I'm glad to hear that.",
        "I think that's great.",
        "I love it!",
        "I like those too.",
        "I'm just looking for the answer.",
        "I got 312.",
        "I have no idea.",
        "I like you.",
        "```\nI am a nurse\n```",
        "My name is (name).",
        "I'm so confused.",
        "I'll keep that in mind.",
        "My mail is <EMAIL>.",
    ],
)
def test_questions_conditions_remarks_and_other_people_give_no_fact(turn: str) -> None:
    assert claims(turn) == []


def test_pasted_text_is_read_only_so_far() -> None:
    assert claims("I am a nurse. " + "x" * 30_000 + " I am a baker.") == ["You are a nurse."]


@pytest.mark.parametrize(
    ("turn", "facts"),
    [
        ("can i feed my dog chocolate?", ["You have a dog."]),
        ("my two kids are ill", ["You have two kids."]),
        ("25f from texas", ["You are 25 years old.", "You are a woman."]),
        ("Hi, my name is Ann, I'm 31 years old", ["You are 31 years old.", "Your name is Ann."]),
        ("As a nurse, I wonder.", ["You are a nurse."]),
        ("I wish my dog could talk", []),
        ("write a story about my dog", []),
        ("act as a nurse", []),
    ],
)
def test_what_is_let_slip_is_a_fact_unless_it_is_made_up(turn: str, facts: list[str]) -> None:
    assert implied(turn) == facts


@pytest.mark.parametrize(
    ("said", "goals"),
    [
        (["Hi!", "What do you do for a living?"], ("Find out what they do for a living.",)),
        (["How would I maximize x^2y - xy^2?"], ("Find out how to maximize x^2y - xy^2.",)),
        (["write an amendment", "Cheers"], ("Ask them to write an amendment.",)),
        (["Can you help me with my homework?"], ("Get help with your homework.",)),
        (["What is the capital of France?"], ("Find out what the capital of France is.",)),
        (["Is it ok to eat raw fish?"], ("Find an answer to “Is it ok to eat raw fish?”",)),
        (["I'd like a mocha, please."], ("Get a mocha.",)),
        (["What is your favourite thing?"], ("Find out what their favourite thing is.",)),
        (["How do I talk to you?"], ("Find out how to talk to them.",)),
        (["hello there", "thanks"], ()),
    ],
)
def test_the_first_turns_tell_the_goal(said: list[str], goals: tuple[str, ...]) -> None:
    assert goals_of(said) == goals


@pytest.mark.parametrize(
    ("fact", "attribute"),
    [
        ("You work as a baker.", "occupation"),
        ("You are a student.", "education"),
        ("You live in Texas.", "location"),
        ("You have a dog.", "pets"),
        ("You are married.", "relationship"),
        ("You hate word problems.", "dislikes"),
        ("You are partly deaf.", "health"),
        ("You would like to travel to Japan.", "plans"),
        ("You like going to the park.", "likes"),
        ("You zorb.", "other"),
    ],
)
def test_a_fact_is_filed_under_what_it_is_about(fact: str, attribute: str) -> None:
    assert attribute_of(fact) == attribute
