"""The charts of a report."""

from simulators.report.drift import drift
from simulators.report.plots import delta_apc_by_turn
from simulators.report.turns import turns_of


def curve(runs, conversations):
    said = [runs.exchange(runs.passed(gain=g)) for g in (0.1, 0.9)]
    run = runs.run(*(runs.dialogue(*said[i % 2 :], number=i) for i in range(conversations)))
    return delta_apc_by_turn(drift(list(turns_of(run))))


def test_a_mean_of_one_conversation_has_no_band(runs):
    assert "<polygon" not in curve(runs, 1) and "<polyline" in curve(runs, 1)


def test_a_chart_says_what_its_band_is(runs):
    assert "mean, with its 95% interval" in curve(runs, 2)
