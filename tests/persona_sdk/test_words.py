from __future__ import annotations

import pytest

from persona_sdk.words import content_words, is_negated


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("coffee", "coffees"),
        ("drinks", "drinking"),
        ("run", "running"),
        ("policy", "policies"),
        ("bake", "baked"),
        ("Alice's", "Alice"),
        ("class", "classes"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert content_words(one) == content_words(other) != frozenset()


@pytest.mark.parametrize(("one", "other"), [("bed", "bee"), ("ring", "rest"), ("sea", "set")])
def test_other_words_do_not(one, other):
    assert content_words(one).isdisjoint(content_words(other))


def test_function_and_negation_words_carry_no_content():
    assert content_words("I do not have it, and she never will.") == frozenset()


@pytest.mark.parametrize(
    ("text", "negated"),
    [("I don't.", True), ("I never don't.", False), ("I do.", False), ("I can’t.", True)],
)
def test_an_odd_number_of_negations_negates(text, negated):
    assert is_negated(text) is negated
