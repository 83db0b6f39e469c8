import pytest

from simulators.gym.known_answers.exact import clash, names_in, numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("fifty-two", {52}),
        ("nine hundred years", {900}),
        ("412 trees and 1,200 bees", {412, 1200}),
        ("one of two", {2}),
        ("forty one", {41}),
        ("twenty thirty", {20, 30}),
        ("3.5 litres", set()),
        ("no number", set()),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, numbers: set[int]) -> None:
    assert numbers_in(text) == numbers


def test_another_name_in_the_place_of_the_right_one_clashes() -> None:
    fact = "Tess's dog is called Biscuit."
    assert clash(fact, "My dog is called Rusty.", "Tess") == "says Rusty, not Biscuit"
    assert clash(fact, "That would be old Biscuit.", "Tess") == ""
    assert clash(fact, "It is a dog.", "Tess") == ""


def test_the_first_word_of_a_sentence_is_no_name() -> None:
    assert names_in("Certainly. Biscuits are good.", "Tess") == frozenset()


def test_one_of_several_numbers_is_enough() -> None:
    assert clash("Tess has 2 dogs and 3 cats.", "I have 2 dogs.", "Tess") == ""
