import pytest

pytest.importorskip("torch")

from persona_sdk.training.row_order import like_lengths

LENGTHS = [(7 * i) % 97 + 3 for i in range(100)]


def test_each_row_comes_once():
    assert sorted(like_lengths(LENGTHS, 4, seed=1)) == list(range(100))


def test_rows_of_a_batch_are_of_like_length():
    order = like_lengths(LENGTHS, 4, seed=1)
    batches = [[LENGTHS[i] for i in order[at : at + 4]] for at in range(0, 100, 4)]
    padded = sum(4 * max(batch) for batch in batches)
    assert sum(LENGTHS) / padded > 0.95


def test_the_order_hangs_on_the_seed_alone():
    assert like_lengths(LENGTHS, 4, seed=1) == like_lengths(LENGTHS, 4, seed=1)
    assert like_lengths(LENGTHS, 4, seed=1) != like_lengths(LENGTHS, 4, seed=2)
