import numpy as np
import pytest

from simulators.metrics.logistic import fit


def test_it_finds_the_column_that_decides():
    rows = np.random.default_rng(0).normal(size=(200, 5))
    found = fit(rows, rows[:, 2] > 0, penalty=0.001)
    assert int(np.abs(found.weights).argmax()) == 2
    assert ((found.logits(rows) > 0) == (rows[:, 2] > 0)).mean() > 0.97


def test_it_reaches_the_minimum_of_its_loss():
    rows = np.random.default_rng(1).normal(size=(60, 3))
    positive = rows[:, 0] + np.random.default_rng(2).normal(size=60) > 0
    found = fit(rows, positive, penalty=0.05)
    shares = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum())
    wrong = shares * (1 / (1 + np.exp(-found.logits(rows))) - positive)
    assert np.abs(rows.T @ wrong + 0.05 * found.weights).max() < 1e-3
    assert abs(wrong.sum()) < 1e-3


def test_a_rare_class_is_not_ignored():
    rows = np.concatenate([np.full((95, 1), -1.0), np.full((5, 1), 1.0)])
    positive = rows[:, 0] > 0
    assert (fit(rows, positive, penalty=0.1).logits(rows)[positive] > 0).all()


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="both classes"):
        fit(np.ones((3, 1)), np.array([True] * 3), penalty=1.0)
