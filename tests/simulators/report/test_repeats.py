"""pass^k, by hand."""

import pytest

from simulators.report.repeats import is_clean, pass_hat


def test_pass_hat_counts_the_draws_that_are_all_clean(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    said = [
        fine,
        fine,
        bad,
    ]  # 2 of 3 clean: C(2, 1) / C(3, 1), C(2, 2) / C(3, 2), C(2, 3) / C(3, 3)
    run = runs.run(*(runs.dialogue(e, number=i) for i, e in enumerate(said)))
    assert [(p.k, p.chance.mean) for p in pass_hat(run)] == [(1, 2 / 3), (2, 1 / 3), (3, 0.0)]


def test_one_user_leaves_pass_hat_wide_open(runs):
    fine = runs.exchange(runs.passed())
    first, _ = pass_hat(runs.run(*(runs.dialogue(fine, number=i) for i in range(2))))
    assert first.chance == pytest.approx((1.0, 0.025, 1.0, 1))


def test_nobody_who_talks_once_has_a_pass_hat(runs):
    assert pass_hat(runs.run(runs.dialogue(runs.exchange(runs.passed())))) == ()


def test_what_others_broke_off_does_not_count(runs):
    fine = runs.exchange(runs.passed())
    assert is_clean(runs.dialogue(fine, status="error", fault="engine")) is None
    assert is_clean(runs.dialogue(fine, status="error", fault="character")) is False


@pytest.mark.parametrize("status", ["running", "budget"])
def test_the_first_turns_of_a_conversation_do_not_pass_for_a_clean_one(runs, status):
    assert is_clean(runs.dialogue(runs.exchange(runs.passed()), status=status)) is None


def test_a_draft_that_could_not_be_judged_is_not_clean(runs):
    assert is_clean(runs.dialogue(runs.exchange(runs.unscored()))) is False
