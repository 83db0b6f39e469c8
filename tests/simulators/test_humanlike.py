"""A scorer of how much a turn is like a person's."""

from __future__ import annotations

import pytest

from simulators.humanlike import MOST, fit_likeness

PEOPLE = ("hm idk", "so what now", "ok but why", "dunno tbh", "is it 40?")
MODELS = ("Certainly, here is a list.", "Let us consider the problem.", "This is an example of it.")


def test_new_turns_are_told_apart() -> None:
    likeness = fit_likeness(PEOPLE, MODELS)
    person, model = likeness(["so is it idk", "Certainly, let us consider this."])

    assert person > model


def test_a_vote_is_bounded() -> None:
    assert all(abs(v) <= MOST for v in fit_likeness(PEOPLE * 20, MODELS * 20)(["hm idk", "Let us"]))


def test_both_sides_are_needed() -> None:
    with pytest.raises(ValueError, match="both sides need a turn, had: 5 and 0"):
        fit_likeness(PEOPLE, ())
