import numpy as np
import pytest

from simulators.metrics.style_space import StyleSpace

REAL = ["ok thx", "whats next", "Thank you. That is clear.", "Could you go on, please?", "hm"]


def test_the_same_manner_is_nearer_than_the_same_words():
    space = StyleSpace(REAL)
    casual, alike, formal = space.embed(["whats that mean", "how come", "What does that mean?"])
    assert casual @ alike > casual @ formal


def test_what_few_write_counts_more_than_what_all_write():
    space = StyleSpace(["the one", "the two", "the six", "the ten"])
    one, common, rare = space.embed(["the bab", "the cec", "dod bab"])
    assert one @ rare > one @ common + 0.05


def test_vectors_have_length_one_and_do_not_depend_on_their_company():
    space = StyleSpace(REAL)
    together = space.embed(["ok then", "Why is that so?", "?"])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[1], space.embed(["Why is that so?"])[0])
    assert space.embed([]).shape == (0, together.shape[1])


def test_spaces_of_other_people_have_other_names():
    assert StyleSpace(REAL).digest == StyleSpace(REAL).digest != StyleSpace(REAL[:3]).digest


def test_one_turn_is_no_space():
    with pytest.raises(ValueError, match="2 turns of people, were: 1"):
        StyleSpace(["hm"])
