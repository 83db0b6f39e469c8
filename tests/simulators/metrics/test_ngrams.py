import numpy as np

from simulators.metrics.ngrams import gram_counts, grams, unit_rows


def test_case_counts_and_the_kind_of_space_does_not():
    assert grams("Ok so") != grams("ok so")
    assert grams("ok \n so") == grams("ok so")


def test_counts_are_damped():
    rows = gram_counts(["a", "aaaaaaaa"], lengths=(1,), width=64)
    assert 1 < rows[1].max() / rows[0].max() < 4


def test_an_empty_text_stays_a_zero_row():
    assert not unit_rows(np.zeros((1, 3))).any()
