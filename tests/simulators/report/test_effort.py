"""What a run took, by hand."""

import pytest

from simulators.report.effort import effort
from simulators.report.turns import turns_of
from simulators.values import Usage


def measured(run):
    turns = list(turns_of(run))
    return effort(turns, of_run=turns)


def test_repairs_fallbacks_and_blocks_are_shares_of_turns(runs):
    bad, fine = runs.violating(), runs.passed()
    run = runs.run(
        runs.dialogue(
            runs.exchange(fine),
            runs.exchange(bad, runs.rung(fine, "candidates")),
            runs.exchange(bad, bad, runs.rung(fine, "fallback")),
            runs.exchange(bad, blocked=True),
        )
    )
    found = measured(run)
    assert (found.repaired, found.fallback, found.blocked) == (0.25, 0.25, 0.25)
    assert found.attempts == pytest.approx((1 + 2 + 3 + 1) / 4)


def test_each_side_has_its_time_and_tokens(runs):
    said = [runs.exchange(runs.passed(), seconds=s) for s in (1.0, 2.0, 3.0)]
    found = measured(runs.run(runs.dialogue(*said)))
    assert (found.character.seconds_p50, found.user.seconds_p50) == (2.0, 1.0)
    assert found.character.seconds_p95 == pytest.approx(2.9)
    assert found.character.total == Usage(30, 21, 6.0)


def test_a_run_without_turns_took_an_unknown_share(runs):
    found = measured(runs.run())
    assert found.blocked is None
    assert found.character.seconds_p95 is None
