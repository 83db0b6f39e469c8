"""The drift curve, by hand."""

import pytest

from simulators.report.drift import drift
from simulators.report.turns import turns_of


def test_each_point_is_all_drafts_of_one_turn(sample):
    first, second = drift(list(turns_of(sample))).points
    assert (first.turn, second.turn) == (1, 2)
    assert first.drafts.violation_rate.mean == pytest.approx(1 / 3)
    assert second.drafts.violation_rate.mean == pytest.approx(2 / 3)


def test_a_character_that_wears_off_has_a_trend_above_zero(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    found = drift(list(turns_of(runs.run(runs.dialogue(fine, fine, bad, bad)))))
    assert found.violation_rate.mean == 1.0
    assert found.delta_apc.mean == -1.0


def test_the_trend_compares_each_conversation_with_itself(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    # Only the bad conversation lasts, so the curve rises though nobody changes.
    run = runs.run(runs.dialogue(fine, fine), runs.dialogue(bad, bad, bad, bad, number=1))
    found = drift(list(turns_of(run)))
    assert found.points[3].drafts.violation_rate.mean > found.points[0].drafts.violation_rate.mean
    assert found.violation_rate.mean == 0.0


def test_the_middle_of_an_odd_number_of_turns_belongs_to_neither_half(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    found = drift(list(turns_of(runs.run(runs.dialogue(fine, bad, fine)))))
    assert (found.violation_rate.mean, found.delta_apc.mean) == (0.0, 0.0)


def test_no_violation_anywhere_does_not_prove_that_nothing_changes(runs):
    fine = runs.exchange(runs.passed())
    found = drift(list(turns_of(runs.run(*(runs.dialogue(fine, fine, number=i) for i in (0, 1))))))
    assert found.violation_rate.low < 0 == found.violation_rate.mean < found.violation_rate.high


def test_conversations_of_one_turn_have_no_trend(runs):
    found = drift(list(turns_of(runs.run(runs.dialogue(runs.exchange(runs.passed()))))))
    assert (found.violation_rate, found.delta_apc) == (None, None)
