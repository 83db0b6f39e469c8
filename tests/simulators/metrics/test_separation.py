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
