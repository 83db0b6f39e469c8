from collections.abc import Callable

import pytest

from persona_sdk.training.preferences.matching import Matching, balanced
from persona_sdk.training.preferences.style import style_of
from persona_sdk.types import PreferencePair

Made = Callable[..., PreferencePair]


def alike(one: str, other: str, matching: Matching | None = None) -> bool:
    return (matching or Matching()).alike(style_of(one), style_of(other))


@pytest.mark.parametrize(("words", "matched"), [(20, True), (17, True), (23, True), (16, False)])
def test_lengths_may_differ_by_the_tolerance(words: int, matched: bool) -> None:
    assert alike("bee " * 20, "wax " * words) is matched


def test_one_word_is_always_granted() -> None:
    assert alike("I keep bees.", "I keep bees here.")
    assert not alike("I keep bees.", "I keep bees out here.")


def test_negations_are_counted_on_both_sides() -> None:
    assert not alike("I do not keep bees.", "I do keep all bees.")
    assert alike("I don't keep bees.", "I never keep bees.")
    assert alike("I do not keep bees.", "I do keep all bees.", Matching(negations=False))


def test_any_length_can_be_taken() -> None:
    assert alike("bee " * 20, "wax", Matching(length=None))


def test_a_tolerance_beyond_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"length must be in \[0, 1\], was: 15"):
        Matching(length=15)


def test_balancing_lets_the_longer_reply_win_as_often_as_the_shorter(pair: Made) -> None:
    longer = [pair(f"I keep {n} bees here.", "I sell wax.") for n in range(7)]
    shorter = [pair(f"I keep {n}.", "I sell lots of wax.") for n in range(3)]
    equal = [pair("I keep bees.", "I sell wax.")]
    found = balanced([*longer, *shorter, *equal], seed=1)
    assert [p for p in found if p not in longer] == [*shorter, *equal]
    assert len([p for p in found if p in longer]) == 3
    assert found == balanced([*longer, *shorter, *equal], seed=1)
    assert balanced([]) == []
