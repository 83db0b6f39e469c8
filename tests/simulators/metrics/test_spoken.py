import pytest

from persona_sdk.types import Conversation, Turn
from simulators.metrics.spoken import Spoken, conversations, of_conversation, utterances


def test_pairs_are_joined_by_id_and_not_by_place():
    real = [Spoken("a", ("one",)), Spoken("b", ("two",)), Spoken("c", ("three",))]
    simulated = [Spoken("c", ("3",)), Spoken("a", ("1",))]
    found = conversations(real, simulated)
    assert [(p.id, p.simulated, p.real) for p in found.pairs] == [
        ("c", ("3",), ("three",)),
        ("a", ("1",), ("one",)),
    ]
    assert found.alone == 1 and "1 conversations without a partner" in found.note


def test_an_empty_conversation_does_not_shift_the_others():
    real = [Spoken("a", ("one",)), Spoken("b", ("two",))]
    found = conversations(real, [Spoken("a", ()), Spoken("b", ("2",))])
    assert [pair.id for pair in found.pairs] == ["b"]


def test_turns_pair_up_to_the_shorter_side():
    found = utterances([Spoken("a", ("one", "two"))], [Spoken("a", ("1", "2", "3"))])
    assert [(p.simulated, p.real) for p in found.pairs] == [(("1",), ("one",)), (("2",), ("two",))]
    assert found.alone == 1


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="'a' stands twice on the real side"):
        conversations([Spoken("a", ("x",)), Spoken("a", ("y",))], [])


def test_a_greeting_and_blank_turns_are_left_out():
    turns = [("assistant", "Hi!"), ("user", "yo"), ("assistant", "So?"), ("user", " ")]
    found = of_conversation("a", Conversation(tuple(Turn(r, t) for r, t in turns)))
    assert found == Spoken("a", ("yo",), ("So?",))


def test_each_user_turn_has_its_answer():
    turns = [("user", "a"), ("user", "b"), ("assistant", "B"), ("assistant", "BB")]
    found = of_conversation("a", Conversation(tuple(Turn(r, t) for r, t in turns)))
    assert found.character == ("", "B\nBB")
