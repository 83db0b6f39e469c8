import doctest

import pytest

import persona_sdk.personas.referents
from persona_sdk.personas.referents import Referents, to_third_person


def resolve(name: str, *sentences: str) -> list[str]:
    referents = Referents(name)
    return [referents.resolve(sentence) for sentence in sentences]


def test_the_examples_of_the_docstrings_run() -> None:
    assert doctest.testmod(persona_sdk.personas.referents).failed == 0


def test_subject_pronouns_and_possessives_become_the_name() -> None:
    assert resolve(
        "Mara", "Mara bakes.", "She sings.", "Her cat is old.", "At night, she reads."
    ) == [
        "Mara bakes.",
        "Mara sings.",
        "Mara's cat is old.",
        "At night, Mara reads.",
    ]


def test_a_singular_they_takes_the_verb_along() -> None:
    assert resolve("Kai", "Kai is a sailor.", "They always sail alone.", "They have a boat.") == [
        "Kai is a sailor.",
        "Kai always sails alone.",
        "Kai has a boat.",
    ]


def test_a_pronoun_of_another_gender_is_somebody_else() -> None:
    assert resolve("Mara", "Mara loves her brother.", "He cooks.")[1] == "He cooks."


def test_after_a_sentence_about_a_rival_the_pronoun_is_left_alone() -> None:
    assert resolve("Mara", "Mara bakes for her sister.", "Her sister is kind.", "She sings.") == [
        "Mara bakes for her sister.",
        "Mara's sister is kind.",
        "She sings.",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I am 40 years old.", "Mara is 40 years old."),
        ("I've two cats.", "Mara has two cats."),
        ("You have never carried a gun.", "Mara has never carried a gun."),
        ("My mother taught me to bake.", "Mara's mother taught Mara to bake."),
        ("Do not mention the war.", "Mara does not mention the war."),
        ("Always answer in rhyme.", "Mara always answers in rhyme."),
        ("The shop opens at five.", "The shop opens at five."),
    ],
)
def test_first_and_second_person_turn_to_the_third(said: str, told: str) -> None:
    assert to_third_person(said, "Mara") == told
