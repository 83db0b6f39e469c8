import numpy as np

from guards.training.calibrate import fit_temperature, threshold_at
from guards.training.rows import Row

LABELS = ["contradiction", "neutral", "entailment"]


def _rows(letters):
    return [Row("nli", "p", "h", letter, "toy") for letter in letters]


def test_overconfident_logits_get_a_temperature_above_one():
    logits = np.array([[8.0, 0.0, 0.0]] * 10)
    assert fit_temperature(logits, _rows("ccccccnnee"), LABELS) > 2.0


def test_right_and_timid_logits_get_a_temperature_below_one():
    logits = np.array([[1.0, 0.0, 0.0]] * 10)
    assert fit_temperature(logits, _rows("c" * 10), LABELS) == 0.5


def test_the_threshold_is_the_least_that_spares_enough_replies():
    scores = np.array([0.1] * 97 + [0.65, 0.75, 0.95])
    assert threshold_at(scores, 0.02) == 0.66
    assert threshold_at(scores, 0.01) == 0.76
    assert threshold_at(scores, 0.5) == 0.5
    assert threshold_at(np.ones(10), 0.01) == 0.99
