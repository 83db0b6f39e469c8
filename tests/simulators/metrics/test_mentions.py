import pytest

from persona_sdk.profile import Fact, Profile
from simulators.metrics.mentions import Told, copy_rates, p_cover
from simulators.metrics.spoken import Spoken

NURSE = Profile(
    "p1",
    (Fact("f1", "You are a nurse in Rome."), Fact("f2", "You play the violin every Sunday.")),
)


def told(*turns: str) -> list[Told]:
    return [Told(Spoken("a", turns), NURSE)]


def test_a_fact_said_word_for_word_is_copied():
    assert copy_rates(told("hi, i'm a nurse in rome")).verbatim.value == 0.5
    assert copy_rates(told("my sister works as nurse, in rome")).verbatim.value == 0.0


def test_half_of_the_words_is_the_lesser_copy():
    assert copy_rates(told("do nurses have to work at night")).half.value == 0.5
    assert copy_rates(told("hospital nights are hard")).half.value == 0.0


def test_reciting_the_profile_covers_it_and_is_copying():
    recital = told("I am a nurse in Rome. I play the violin every Sunday.")
    rates = copy_rates(recital)
    assert p_cover(recital).value == rates.verbatim.value == rates.half.value == 1.0


def test_the_human_value_is_beside():
    assert dict(copy_rates(told("hm")).half.thresholds)["human value"] == pytest.approx(
        0.1916, abs=1e-4
    )


def test_goals_count_for_coverage():
    goal = Profile("p2", goals=("Learn to bake bread.",))
    assert p_cover([Told(Spoken("a", ("how is bread baked",)), goal)]).value == pytest.approx(2 / 3)


def test_empty_profiles_are_a_reason():
    nobody = [Told(Spoken("a", ("hi",)), Profile("p"))]
    assert p_cover(nobody).reason == "no profile has facts or goals"
    assert copy_rates(nobody).verbatim.reason == "no profile has facts"
    assert "1 with an empty profile" in p_cover([*nobody, *told("hm")]).note
