import pytest

from simulators.metrics.diversity import distinct, first_turn_diversity, spread
from simulators.metrics.spoken import Spoken

SAME = [Spoken(str(i), ("tell me of your day",)) for i in range(4)]
OTHERS = [Spoken("a", ("hi",)), Spoken("b", ("bread please",)), Spoken("c", ("why so late",))]


def test_users_who_open_alike_have_no_diversity():
    assert first_turn_diversity(SAME).value == 0.0
    assert first_turn_diversity(OTHERS).value == 1.0


def test_conversations_of_one_meaning_have_no_spread(bag):
    assert spread(SAME, bag).value == pytest.approx(0.0, abs=1e-6)
    assert spread(OTHERS, bag).value == pytest.approx(1.0, abs=0.01)


def test_a_user_who_repeats_words_is_less_distinct():
    stuck = Spoken("a", ("yes and no " * 10,))
    rich = Spoken("b", (" ".join(f"word{i}" for i in range(30)),))
    assert distinct([stuck], 1).value == pytest.approx(0.1)
    assert distinct([rich], 1).value == distinct([rich], 2).value == 1.0


def test_length_does_not_change_distinctness():
    turn = " ".join(f"word{i % 80}" for i in range(100))
    assert distinct([Spoken("a", (turn,))], 1) == distinct([Spoken("a", (turn,) * 5)], 1)


def test_short_conversations_are_left_out_and_counted():
    long = Spoken("b", ("one two three " * 10,))
    assert distinct([SAME[0], long], 1).note == "1 short conversations left out"
    assert distinct(SAME, 1).value is None


def test_one_conversation_has_no_diversity_to_tell(bag):
    assert first_turn_diversity(SAME[:1]).value is None
    assert first_turn_diversity([]).value is None
    assert spread(SAME[:1], bag).value is None
