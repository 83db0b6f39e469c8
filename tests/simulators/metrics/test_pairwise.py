import numpy as np
import pytest

from simulators.metrics.pairwise import pair_mean


def test_a_conversation_is_not_paired_with_itself():
    assert pair_mean(np.array([[9.0, 1.0, 2.0], [1.0, 9.0, 3.0], [2.0, 3.0, 9.0]])).mean == 2.0


def test_the_interval_is_as_wide_as_the_mean_varies():
    means, widths = [], []
    for seed in range(60):
        places = np.random.default_rng(seed).normal(size=40)
        found = pair_mean(np.square(places[:, None] - places))
        means.append(found.mean)
        widths.append(found.high - found.low)
    # A normal mean lies within 1.96 standard deviations to either side.
    assert np.mean(widths) == pytest.approx(2 * 1.96 * np.std(means), rel=0.3)


def test_one_conversation_has_no_pairs():
    assert pair_mean(np.zeros((1, 1))) is None
    assert pair_mean(np.array([])) is None
