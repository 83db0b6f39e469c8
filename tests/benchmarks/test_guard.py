from __future__ import annotations

from itertools import pairwise

from benchmarks.guard import ROUNDS, asked_in, reply_in
from benchmarks.mara import mara
from guards.utterances import utterances


def test_no_sentence_of_a_question_or_a_reply_comes_twice():
    said = [
        utterance.prose
        for number in range(ROUNDS + 1)
        for text in (
            asked_in(number).query,
            reply_in(number, number),
            reply_in(number, number + 1),
        )
        for utterance in utterances(text, "Mara")
    ]
    assert len(said) == len(set(said)) == (ROUNDS + 1) * 5


def test_hard_statements_are_spread_and_change_no_text():
    plain, marked = mara(600), mara(600, hard=64)
    places = [place for place, statement in enumerate(marked.statements) if statement.hard]
    assert len(places) == 64
    assert {later - earlier for earlier, later in pairwise(places)} == {9, 10}
    assert [s.text for s in marked.statements] == [s.text for s in plain.statements]
    assert not any(statement.hard for statement in plain.statements)
