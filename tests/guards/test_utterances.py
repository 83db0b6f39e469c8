from __future__ import annotations

import doctest

import pytest

import guards.utterances
from guards.utterances import as_prose, utterances


def prose(draft):
    return [u.prose for u in utterances(draft, "Alice")]


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(guards.utterances).failed == 0


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("(sips her coffee)", "Alice sips her coffee."),
        ("*Sips her coffee*", "Alice sips her coffee."),
        ("(sipping her coffee)", "Alice is sipping her coffee."),
        ("(She sips her coffee.)", "She sips her coffee."),
        ("(I sip my coffee)", "I sip my coffee."),
        ("(Alice sips her coffee)", "Alice sips her coffee."),
        ("(Her hands shake)", "Her hands shake."),
        ("[I hate this place]", "I hate this place."),
        ("[Who is he?]", "Who is he?"),
    ],
)
def test_actions_and_thoughts_become_sentences(action, sentence):
    assert prose(action) == [sentence]


@pytest.mark.parametrize(
    ("draft", "sentences"),
    [
        ("I *never* drink coffee.", ["I never drink coffee."]),
        ("I *do* like *dark* roasts.", ["I do like dark roasts."]),
        ("I drink (rarely enough) tea.", ["Alice rarely enough.", "I drink tea."]),
        ("I stay. *smiles* you may go.", ["I stay.", "Alice smiles.", "you may go."]),
        ("I stay *smiles* You may go.", ["I stay", "Alice smiles.", "You may go."]),
    ],
)
def test_a_sentence_that_an_aside_interrupts_is_whole_again(draft, sentences):
    assert prose(draft) == sentences


def test_a_joined_sentence_keeps_its_place_in_the_draft():
    draft = "Hm. I *never* drink coffee. Bye."
    found = utterances(draft, "Alice")[1]
    assert draft[found.start : found.end] == "I *never* drink coffee."


def test_plain_speech_stays_byte_for_byte():
    draft = "Well…  I play.\nThat is all."
    assert as_prose(utterances(draft, "Alice"), draft) == draft


def test_a_mixed_reply_keeps_its_order():
    draft = "Hi. (waves) Come in."
    assert as_prose(utterances(draft, "Alice"), draft) == "Hi. Alice waves. Come in."


def test_marks_without_words_claim_nothing():
    assert [u.makes_claim for u in utterances("[...] I play.", "Alice")] == [False, True]
