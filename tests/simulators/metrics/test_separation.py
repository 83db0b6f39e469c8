import numpy as np
import pytest

from persona_sdk.curves import auc
from simulators.metrics.separation import separation


def test_the_mean_is_the_area_under_the_curve():
    generator = np.random.default_rng(0)
    truth = (generator.random(80) > 0.4).tolist()
    scores = generator.integers(6, size=80).astype(float)
    groups = [str(i % 13) for i in range(80)]
    assert separation(truth, scores, groups).mean == pytest.approx(auc(truth, scores))


def test_turns_are_compared_within_their_stratum():
    truth, scores, groups = [True, False, True, False], [9.0, 8.0, 2.0, 1.0], list("abcd")
    assert separation(truth, scores, groups).mean == 0.75
    assert separation(truth, scores, groups, strata=[0, 0, 1, 1]).mean == 1.0
    assert separation([True, False], [9.0, 8.0], ["a", "b"], strata=[0, 1]) is None


def test_many_turns_are_cut_into_blocks_of_draws(monkeypatch):
    truth, scores = [True, False] * 30, np.random.default_rng(4).normal(size=60)
    groups = [str(i % 12) for i in range(60)]
    whole = separation(truth, scores, groups)
    monkeypatch.setattr("simulators.metrics.separation._AT_ONCE", 60 * 7)
    assert separation(truth, scores, groups) == whole


def test_turns_of_one_conversation_do_not_count_as_independent():
    generator = np.random.default_rng(1)
    truth = [i % 20 < 10 for i in range(200)]
    scores = np.repeat(generator.normal(size=20), 10) + np.array(truth)
    few = separation(truth, scores, [str(i // 10) for i in range(200)])
    many = separation(truth, scores, [str(i) for i in range(200)])
    assert few.n == 20 and many.n == 200
    assert few.high - few.low > 2 * (many.high - many.low)


def test_one_side_alone_cannot_be_told_apart():
    assert separation([True, True], [0.1, 0.2], ["a", "b"]) is None


def test_the_same_seed_gives_the_same_interval():
    truth, scores = [True, False] * 10, np.random.default_rng(2).normal(size=20)
    groups = [str(i) for i in range(20)]
    assert separation(truth, scores, groups, seed=3) == separation(truth, scores, groups, seed=3)
