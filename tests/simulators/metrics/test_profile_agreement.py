import pytest

from guards.catalog import load_named_scorers
from guards.scripted import WordEntailment
from persona_sdk.profile import Fact, Profile
from simulators.metrics.mentions import Told
from simulators.metrics.profile_agreement import agreement, claims_of, judged_claims
from simulators.metrics.spoken import Spoken

NURSE = Profile(
    "p1", (Fact("f1", "You are a nurse."), Fact("f2", "You have two cats.")), goals=("Chat.",)
)


def told(*turns: str, id: str = "a", profile: Profile = NURSE) -> Told:
    return Told(Spoken(id, turns), profile)


def test_precision_is_over_what_was_said_and_recall_over_the_profile():
    said = told("I am a nurse.", "I have a red bicycle.", "I live in Rome.")
    found = agreement([said], WordEntailment())
    assert found.precision.value == pytest.approx(1 / 3)
    assert found.recall.value == pytest.approx(1 / 2)
    assert found.consistency.value == pytest.approx(0.4)


def test_each_claim_is_judged_against_each_fact():
    said = told("I live in Rome.", "I have a red bicycle.", "I have two cats.")
    judged = judged_claims(said.spoken, NURSE, WordEntailment())
    assert [[one.entailment > 0.5 for one in some] for some in judged] == [
        [False, False],
        [False, False],
        [False, True],
    ]


def test_each_share_has_its_own_base():
    found = agreement([told("I am a nurse.", "two cats here")], WordEntailment())
    assert (found.precision.estimate.n, found.precision.value, found.recall.value) == (1, 1.0, 1.0)
    assert found.consistency.value == 1.0


def test_a_claim_made_again_counts_once():
    assert len(claims_of(told("I live in Rome.", "ok", "I live in Rome.").spoken)) == 1


def test_a_turn_is_read_as_the_answer_to_what_was_said_before():
    class Asked(WordEntailment):
        def __init__(self):
            super().__init__()
            self.heard = []

        def entailment(self, query, responses, statements):
            self.heard.append((query.text, responses[0]))
            return super().entailment(query, responses, statements)

    scorer = Asked()
    spoken = Spoken("a", ("hi", "a nurse"), ("What are you?", "I see."))
    agreement([Told(spoken, NURSE)], scorer)
    assert ("", "hi") in scorer.heard and ("What are you?", "a nurse") in scorer.heard


def test_the_judge_and_the_bar_are_named():
    found = agreement([told("I am a nurse.")], WordEntailment())
    assert found.consistency.made_with == (("NLI", "words"),)
    assert found.recall.thresholds == (("entailed", 0.5),)


def test_a_user_who_says_nothing_of_himself_has_no_precision():
    found = agreement([told("where do you live")], WordEntailment())
    assert found.precision.value is None and found.recall.value == 0.0
    assert found.consistency.value is None and "rule could read" in found.consistency.reason


def test_a_profile_without_facts_has_no_recall():
    found = agreement([told("I am a nurse.", profile=Profile("p2"))], WordEntailment())
    assert found.recall.value is None and found.consistency.value is None


def test_agreement_in_nothing_is_the_lowest_score():
    found = agreement([told("I live in Rome.")], WordEntailment())
    assert [one.value for one in found] == [0.0, 0.0, 0.0]


def test_whole_conversations_are_drawn():
    some = [told("I am a nurse.", id=str(i)) for i in range(4)]
    found = agreement([*some, told("I live in Rome.", id="x")], WordEntailment())
    assert found.consistency.estimate is not None and found.consistency.estimate.n == 5
    assert found.consistency.estimate.low < found.consistency.estimate.high


@pytest.mark.model
def test_the_shipped_scorer_reads_other_words():
    entailment = load_named_scorers().entailment
    found = agreement(
        [told("i work as a nurse, night shifts", "my two cats wake me up")], entailment
    )
    assert found.recall.value == 1.0
