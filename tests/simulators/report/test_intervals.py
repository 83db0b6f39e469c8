"""Intervals of few conversations, by hand."""

import pytest

from simulators.report.intervals import gain, share


def test_no_violation_in_few_conversations_proves_little():
    found = share([False] * 20, list(range(20)))
    assert (found.mean, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.168, abs=1e-3)  # Clopper-Pearson, 0 of 20


def test_violations_alone_prove_little_too():
    assert share([True] * 20, list(range(20))).low == pytest.approx(0.832, abs=1e-3)


def test_conversations_that_are_all_alike_prove_little():
    found = share([1.0, 0.0] * 20, [i // 2 for i in range(40)])  # half of each goes wrong
    assert (found.mean, found.n) == (0.5, 20)
    assert (found.low, found.high) == pytest.approx((0.416, 0.584), abs=1e-3)


def test_shares_that_nothing_changed_may_still_differ():
    found = gain([0.0] * 20, of_shares=True)
    assert (found.low, found.high) == pytest.approx((-0.168, 0.168), abs=1e-3)


def test_six_shares_are_the_first_that_all_rise_for_sure():
    assert gain([1.0] * 5, of_shares=True).low < 0 < gain([1.0] * 6, of_shares=True).low


def test_figures_without_bounds_keep_their_interval():
    assert gain([2.0] * 3, of_shares=False) == (2.0, 2.0, 2.0, 3)


def test_nothing_has_no_interval():
    assert gain([], of_shares=True) is None and share([], []) is None
