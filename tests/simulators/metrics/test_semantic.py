import pytest

from simulators.metrics.semantic import sem_sim
from simulators.metrics.spoken import Spoken, conversations, utterances


def test_the_same_words_score_one_and_other_words_zero(bag):
    real = [Spoken("a", ("where do you live",)), Spoken("b", ("bye",))]
    simulated = [Spoken("a", ("you live where do",)), Spoken("b", ("coffee",))]
    assert sem_sim(utterances(real, simulated[:1]), bag).value == pytest.approx(1.0)
    assert sem_sim(utterances(real, simulated), bag).value == pytest.approx(0.5, abs=0.01)


def test_every_turn_of_a_conversation_counts(bag):
    real = [Spoken("a", ("where do you live", "what do you eat"))]
    early = [Spoken("a", ("where do you live", "zzz"))]
    late = [Spoken("a", ("zzz", "what do you eat"))]
    found = [sem_sim(conversations(real, one), bag).value for one in (early, late)]
    assert 0.4 < found[0] < 0.9 and found[0] == pytest.approx(found[1], abs=0.05)


def test_nothing_to_compare_is_a_reason(bag):
    found = sem_sim(conversations([Spoken("a", ("x",))], [Spoken("b", ("x",))]), bag)
    assert found.value is None and found.reason == "no id stands on both sides"


def test_the_encoder_is_named(bag):
    pairs = utterances([Spoken("a", ("x",))], [Spoken("a", ("x",))])
    assert sem_sim(pairs, bag).made_with == (("encoder", "bag"),)
