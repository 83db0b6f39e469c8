"""Means over what the guard could judge, by hand."""

import pytest

from simulators.report.faithfulness import faithfulness
from simulators.report.turns import turns_of
from simulators.report.wording import decimal_interval


def test_drafts_and_shown_replies_are_measured_apart(sample):
    turns = list(turns_of(sample))
    drafts, shown = faithfulness(turns, "draft"), faithfulness(turns, "shown")
    assert drafts.violation_rate.mean == pytest.approx(3 / 6)
    assert shown.violation_rate.mean == pytest.approx(2 / 6)
    assert drafts.delta_apc.mean == pytest.approx((0.5 * 3 - 0.5 * 2 - 0.3) / 6)
    assert shown.delta_apc.mean == pytest.approx((0.5 * 4 - 0.5 * 2) / 6)


def test_intervals_draw_whole_conversations(sample):
    assert faithfulness(list(turns_of(sample)), "draft").violation_rate.n == 3


def test_a_reply_that_could_not_be_judged_is_in_no_mean(runs):
    turns = list(
        turns_of(runs.run(runs.dialogue(*map(runs.exchange, [runs.unscored(), runs.violating()]))))
    )
    found = faithfulness(turns, "draft")
    assert (found.judged, found.unscored, found.violation_rate.mean) == (1, 1, 1.0)


def test_what_was_not_shown_is_not_measured_as_shown(runs):
    blocked = runs.exchange(runs.violating(), blocked=True)
    found = faithfulness(list(turns_of(runs.run(runs.dialogue(blocked)))), "shown")
    assert (found.turns, found.delta_apc, found.violation_rate) == (0, None, None)


def test_coverage_leaves_small_talk_out(runs):
    small_talk = runs.exchange(runs.violating())  # its coverage is None
    run = runs.run(runs.dialogue(small_talk, runs.exchange(runs.passed())))
    assert faithfulness(list(turns_of(run)), "draft").coverage.mean == 0.5


def test_one_conversation_tells_nothing_of_others(runs):
    said = runs.dialogue(runs.exchange(runs.passed()), runs.exchange(runs.violating()))
    found = faithfulness(list(turns_of(runs.run(said))), "draft")
    assert found.violation_rate == pytest.approx((0.5, 0.0125, 0.9875, 1))
    assert decimal_interval(found.delta_apc) == "0.00"
