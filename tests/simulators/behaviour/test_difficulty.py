"""Knobs that make a user harder to talk to."""

from __future__ import annotations

from dataclasses import fields

import pytest

from persona_sdk.profile import Profile, Style
from simulators.behaviour.difficulty import Difficulty, eased, roughened

ASKED = "Can you tell me more about the old harbour?"


def changed(*, seed: int = 1, **knobs: float) -> str:
    return roughened(ASKED, Difficulty(**knobs), seed=seed)


def test_no_knob_changes_nothing() -> None:
    profile = Profile("p", style=Style(courtesy=0.4), patience=3)

    assert changed() == ASKED
    assert eased(profile, Difficulty()) == profile
    assert not any(Difficulty().attack(turn, seed=1) for turn in range(50))


@pytest.mark.parametrize("knob", [f.name for f in fields(Difficulty)])
@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_a_knob_outside_0_to_1_is_refused(knob: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"{knob} must be in \[0, 1\], was: {value}"):
        Difficulty(**{knob: value})


@pytest.mark.parametrize(
    "knob", ["vagueness", "omission", "topic_switches", "rudeness", "language_mix"]
)
def test_knobs_of_words_change_as_many_turns_as_they_say(knob: str) -> None:
    half = (
        sum(roughened(ASKED, Difficulty(**{knob: 0.5}), seed=seed) != ASKED for seed in range(300))
        / 300
    )

    assert all(
        roughened(ASKED, Difficulty(**{knob: 1.0}), seed=seed) != ASKED for seed in range(20)
    )
    assert half == pytest.approx(0.5, abs=0.1)


def test_vagueness_hides_the_matter() -> None:
    assert "harbour" not in changed(vagueness=1.0)


def test_omission_leaves_the_polite_opening_out() -> None:
    assert changed(omission=1.0) == "Tell me more about old harbour?"


def test_omission_leaves_a_subject_to_the_verb() -> None:
    asked = "Someone told me that you keep the bees."

    assert roughened(asked, Difficulty(omission=1.0), seed=1) == "Someone told me you keep bees."


def test_a_switch_of_topic_adds_something_else() -> None:
    assert changed(topic_switches=1.0).startswith(ASKED + " ")


def test_impatience_typos_and_rudeness_change_the_profile() -> None:
    profile = Profile("p", style=Style(courtesy=0.4), patience=4)
    hard = eased(profile, Difficulty(impatience=1.0, typos=0.4, rudeness=1.0))

    assert (hard.patience, hard.style.courtesy) == (1, 0.0)
    assert hard.style.typos == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("knob", "strategy"),
    [
        ("false_premise", "false-premise"),
        ("contradiction", "contradiction-bait"),
        ("probing", "persona-extraction"),
    ],
)
def test_knobs_of_attack_draw_a_strategy_but_never_at_once(knob: str, strategy: str) -> None:
    hard = Difficulty(**{knob: 1.0})

    assert hard.attack(0, seed=1) == ""
    assert {hard.attack(turn, seed=1) for turn in range(1, 9)} == {strategy}


def test_levels_rise_and_attacks_come_late() -> None:
    easy, middle, hard = map(Difficulty.level, (0.0, 0.5, 1.0))

    assert easy == Difficulty()
    assert middle.false_premise == 0
    assert hard.false_premise > 0
    assert easy.impatience < middle.impatience < hard.impatience
