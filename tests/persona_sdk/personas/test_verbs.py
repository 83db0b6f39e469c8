import doctest

import pytest

import persona_sdk.personas.verbs
from persona_sdk.personas.verbs import is_base, is_finite, is_noun_too, is_past, third_person


def test_the_examples_of_the_docstrings_run() -> None:
    assert doctest.testmod(persona_sdk.personas.verbs).failed == 0


@pytest.mark.parametrize("word", ["is", "Lives", "grew", "carried", "can't"])
def test_finite_verbs_are_recognised(word: str) -> None:
    assert is_finite(word)


@pytest.mark.parametrize("word", ["baker", "bakers", "red", "bed", "cats", "the"])
def test_other_words_are_no_finite_verbs(word: str) -> None:
    assert not is_finite(word)


def test_past_forms_are_recognised_by_their_verb() -> None:
    assert is_past("carried") and is_past("baked") and not is_past("wicked")


def test_some_verb_forms_are_plural_nouns_as_well() -> None:
    assert is_noun_too("plays") and not is_noun_too("bakes")


def test_base_forms_are_recognised() -> None:
    assert is_base("live") and not is_base("lives")


@pytest.mark.parametrize(
    ("base", "third"), [("watch", "watches"), ("enjoy", "enjoys"), ("do", "does"), ("must", "must")]
)
def test_verbs_are_conjugated(base: str, third: str) -> None:
    assert third_person(base) == third
