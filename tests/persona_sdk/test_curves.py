import numpy as np
import pytest

from persona_sdk.curves import auc, weighted_auc


def test_a_perfect_order_scores_one_and_its_reverse_zero():
    assert auc([False, True, True], [0.1, 0.2, 0.3]) == 1.0
    assert auc([True, False, False], [0.1, 0.2, 0.3]) == 0.0


def test_ties_count_half():
    assert auc([True, False, False], [0.9, 0.1, 0.9]) == 0.75
    assert auc([True, False], [1.0, 1.0]) == 0.5


def test_one_sided_rows_have_no_order():
    assert auc([True, True], [0.1, 0.2]) is None


def test_a_row_of_weight_two_counts_as_two_rows():
    twice = auc([True, False, False, True, True], [0.5, 0.4, 0.6, 0.9, 0.9])
    truth, values = np.array([True, False, False, True]), np.array([0.5, 0.4, 0.6, 0.9])
    assert weighted_auc(truth, values, np.array([1.0, 1.0, 1.0, 2.0])) == twice


@pytest.mark.parametrize(
    ("positive", "scores", "told"),
    [([True], [0.1, 0.2], "as many scores"), ([True, False], [0.1, float("nan")], "finite")],
)
def test_rows_that_cannot_be_ranked_are_refused(positive, scores, told):
    with pytest.raises(ValueError, match=told):
        auc(positive, scores)
