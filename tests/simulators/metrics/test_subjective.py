from dataclasses import replace

from persona_sdk.profile import BigFive, Profile, Style
from simulators.metrics.mentions import Told
from simulators.metrics.spoken import Spoken
from simulators.metrics.subjective import RATES, sc_score, style_agreement, trait_agreement
from simulators.stylometry import measure_style

CASUAL = ("whats that", "ok thx", "u sure", "idk man")
FORMAL = ("What is that, if I may ask?", "Thank you for the kind explanation.", "Are you certain?")


def told(turns: tuple[str, ...], like: tuple[str, ...], id: str = "p") -> Told:
    return Told(Spoken(id, turns), Profile(id, style=measure_style(like)))


def test_a_user_who_writes_as_the_profile_says_scores_five():
    assert sc_score([told(CASUAL, CASUAL)]).value == 5.0


def test_another_manner_scores_lower():
    assert sc_score([told(FORMAL, CASUAL)]).value < 3.5 < sc_score([told(CASUAL, CASUAL)]).value


def test_the_opposite_manner_scores_near_one():
    shown = measure_style(("idk",))
    opposite = replace(
        shown, words=100.0, **{name: 1 - round(getattr(shown, name)) for name in RATES}
    )
    found = sc_score([Told(Spoken("a", ("idk", "idk")), Profile("p", style=opposite))])
    assert 1.0 <= found.value < 1.1


def test_half_the_words_are_half_the_length():
    assert style_agreement(Style(words=10.0), Style(words=5.0))[0] == 0.5


def test_without_another_profile_there_is_none_to_score_against():
    assert sc_score([told(CASUAL, CASUAL), told(FORMAL, CASUAL)]).note == ""


def test_the_score_against_another_profile_is_told():
    found = sc_score([told(CASUAL, CASUAL, "p"), told(FORMAL, FORMAL, "q")])
    assert found.value == 5.0 and "against another profile: " in found.note
    assert float(found.note.split(": ")[1]) < 3.5


def test_one_turn_shows_no_habits():
    found = sc_score([told(("hi",), CASUAL)])
    assert found.value is None and "2 user turns" in found.reason


def test_traits_count_where_both_sides_know_them():
    calm, nervous = BigFive(neuroticism="low", openness="high"), BigFive(neuroticism="high")
    assert trait_agreement(calm, nervous) == [0.0]
    assert trait_agreement(calm, BigFive(neuroticism="mid", openness="high")) == [1.0, 0.5]
    lively = Told(Spoken("a", CASUAL), Profile("p", style=measure_style(CASUAL), big_five=calm))
    assert sc_score([lively], traits=lambda turns: nervous).value < 5.0
