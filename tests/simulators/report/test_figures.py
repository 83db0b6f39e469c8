"""The figures of a run, by hand."""

from simulators.report.figures import figures_of


def test_the_sample_is_counted_right(sample):
    found = figures_of(sample)
    assert (found.conversations, found.finished, found.turns) == (3, 3, 6)
    assert found.clean.mean == 1 / 3
    assert dict(found.statuses) == {"satisfied": 1, "gave_up": 1, "max_turns": 1}
    assert found.effort.repaired == 1 / 6


def test_failures_are_attributed(runs):
    fine = runs.exchange(runs.passed(), faults=("leak",))
    run = runs.run(
        runs.dialogue(fine, status="error", fault="engine", error="it died"),
        runs.dialogue(fine, number=1, status="error", fault="engine", error="it died"),
        runs.dialogue(number=2, status="error", fault="simulator", error="it is silent"),
    )
    found = figures_of(run)
    assert found.faults == (("engine", 2), ("simulator", 1))
    assert found.simulator_faults == (("leak", 2),)
    assert found.clean is None


def test_a_conversation_that_nobody_began_is_only_planned(runs):
    run = runs.run(runs.dialogue(status="running"), runs.dialogue(number=1, status="running"))
    found = figures_of(run)
    assert (found.planned, found.conversations, found.finished, found.turns) == (2, 0, 0, 0)
    assert found.drafts.violation_rate is None


def test_what_a_budget_broke_off_has_not_finished(runs):
    run = runs.run(runs.dialogue(runs.exchange(runs.passed()), status="budget"))
    assert figures_of(run).finished == 0


def test_without_a_guard_nothing_is_claimed(runs):
    run = runs.run(runs.dialogue(runs.exchange(runs.unscored())))
    found = figures_of(run)
    assert (found.checked, found.clean, found.drafts.violation_rate) == (False, None, None)


def test_spoilt_conversations_are_counted_and_left_out(sample):
    found = figures_of(sample, spoilt={1})
    assert (found.conversations, found.finished, found.spoilt, found.turns) == (3, 3, 1, 4)
    assert found.drafts.violation_rate.mean == 1 / 4
    assert found.effort.character.total.completion_tokens == 6 * 7  # they were spent all the same


def test_a_spoilt_conversation_is_no_second_try(runs):
    fine = runs.exchange(runs.passed())
    run = runs.run(*(runs.dialogue(fine, number=i) for i in range(2)))
    assert len(figures_of(run).pass_hat) == 2
    assert figures_of(run, spoilt={1}).pass_hat == ()


def test_what_the_simulator_caught_in_spoilt_conversations_is_told(runs):
    run = runs.run(runs.dialogue(runs.exchange(runs.passed(), faults=("leak",))))
    assert figures_of(run, spoilt={0}).simulator_faults == (("leak", 1),)
