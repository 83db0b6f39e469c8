"""What a single turn tells."""

from simulators.report.turns import turns_of


def test_a_turn_that_showed_nothing_has_failed_whatever_its_draft(runs):
    (turn,) = turns_of(runs.run(runs.dialogue(runs.exchange(runs.passed(), blocked=True))))
    assert turn.failed and turn.blocked and turn.shown is None


def test_a_second_draft_and_a_fallback_line_are_told_apart(runs):
    bad, fine = runs.violating(), runs.passed("Tea.")
    said = [runs.exchange(bad, runs.rung(fine, rung)) for rung in ("hint", "fallback")]
    hinted, fell = turns_of(runs.run(runs.dialogue(*said)))
    assert (hinted.repaired, hinted.fell_back) == (True, False)
    assert (fell.repaired, fell.fell_back) == (False, True)
