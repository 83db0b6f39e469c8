"""pass^k, by hand."""

from simulators.report.repeats import PassHat, is_clean, pass_hat


def test_pass_hat_counts_the_draws_that_are_all_clean(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    said = [
        fine,
        fine,
        bad,
    ]  # 2 of 3 clean: C(2, 1) / C(3, 1), C(2, 2) / C(3, 2), C(2, 3) / C(3, 3)
    run = runs.run(*(runs.dialogue(e, number=i) for i, e in enumerate(said)))
    assert pass_hat(run) == (PassHat(1, 2 / 3, 1), PassHat(2, 1 / 3, 1), PassHat(3, 0.0, 1))


def test_nobody_who_talks_once_has_a_pass_hat(runs):
    assert pass_hat(runs.run(runs.dialogue(runs.exchange(runs.passed())))) == ()


def test_what_others_broke_off_does_not_count(runs):
    fine = runs.exchange(runs.passed())
    assert is_clean(runs.dialogue(fine, status="error", fault="engine")) is None
    assert is_clean(runs.dialogue(fine, status="error", fault="character")) is False


def test_a_draft_that_could_not_be_judged_is_not_clean(runs):
    assert is_clean(runs.dialogue(runs.exchange(runs.unscored()))) is False
