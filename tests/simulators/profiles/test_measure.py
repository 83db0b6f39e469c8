import doctest

import pytest

import simulators.profiles.measure
from guards.scripted import WordEntailment
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Score
from simulators.profiles.measure import consistency, dialogue_facts, harmonic

SAID = ("I drink green tea. Do you?", "I keep old bees.", "You should sail.")


def profile(*texts: str) -> Profile:
    return Profile("p", tuple(Fact(f"f{i}", text) for i, text in enumerate(texts)))


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.measure).failed == 0


def test_precision_falls_with_what_nobody_said_and_recall_with_what_is_missing() -> None:
    found = consistency(profile("You drink green tea.", "You ride horses."), SAID, WordEntailment())
    assert (found.precision.value, found.recall.value, found.dpc.value) == (0.5, 0.5, 0.5)
    assert (found.profile_facts, found.dialogue_facts) == (2, 2)
    assert (found.scorer, found.threshold) == (WordEntailment().name, 0.5)


def test_known_facts_of_the_dialogue_may_be_given() -> None:
    known = (Fact("d", "You keep old bees."),)
    found = consistency(profile("You keep old bees."), SAID, WordEntailment(), facts=known)
    assert found.dpc.value == 1.0


def test_nothing_to_measure_is_no_zero() -> None:
    found = consistency(profile(), SAID, WordEntailment())
    assert found.precision == Score(None, "the profile has no facts")
    assert found.dpc == Score(None, "the profile has no facts")
    silent = consistency(profile("You sail boats."), ("hi",), WordEntailment())
    assert silent.recall == Score(None, "the dialogue has no facts")


def test_two_zeros_make_a_zero() -> None:
    assert harmonic(Score(0.0), Score(0.0)) == Score(0.0)


def test_a_threshold_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"threshold must be in \[0, 1\], was: 2"):
        consistency(profile(), SAID, WordEntailment(), threshold=2)


def test_the_facts_of_a_dialogue_are_what_users_say_of_themselves() -> None:
    assert [fact.text for fact in dialogue_facts(SAID)] == [
        "You drink green tea.",
        "You keep old bees.",
    ]


@pytest.mark.model
def test_the_shipped_scorer_tells_a_true_profile_from_a_false_one() -> None:
    from guards.catalog import load_named_scorers

    scorer = load_named_scorers("builtin").entailment
    said = ("I'm a nurse and I live in Rome.", "I have two dogs, and they love the park.")
    true = consistency(profile("You are a nurse.", "You have two dogs."), said, scorer)
    false = consistency(profile("You are a pilot.", "You live in Peru."), said, scorer)
    assert true.precision.value == 1.0 and false.precision.value == 0.0
