from __future__ import annotations

import pytest

from guards import APCGuard
from guards.scripted import CONTRADICTED, ENTAILED, ScriptedEntailment, ScriptedRelevance
from persona_sdk.types import Conversation, Entailment, Persona, as_statements

STRICT = "Hester pretends to be strict with Wick."
TOLD = {("dice", "s1"): ENTAILED, ("dice", "s2"): CONTRADICTED, ("dice", "said"): ENTAILED}
"""The scorer takes "I win at dice by cheating." for s1, and falsely against s2."""


def judged(reply, scores, *, other=STRICT):
    hester = Persona("Hester", as_statements(["Hester cheats at dice.", other]))
    guard = APCGuard(ScriptedRelevance(), ScriptedEntailment(scores))
    return guard.check(hester, Conversation().add("user", "What do you cheat at?"), reply)


def test_a_statement_in_other_words_contradicts_no_other():
    verdict = judged("I win at dice by cheating.", TOLD)
    assert verdict.outcome == "pass"
    assert [c.entailment.contradiction for c in verdict.constraints] == [0.0, 0.0]


def test_it_must_say_no_more_than_the_statement():
    one_way = {key: value for key, value in TOLD.items() if key[1] != "said"}
    assert judged("I win at dice by cheating Wick.", one_way).outcome == "fail"


def test_it_must_say_no_less_than_the_statement():
    scores = {**TOLD, ("dice", "s1"): Entailment(0.1, 0.2, 0.7)}
    assert judged("I win at dice by cheating.", scores).outcome == "fail"


@pytest.mark.parametrize(
    ("other", "outcome"),
    [(STRICT, "pass"), ("Hester never tells anyone how she plays.", "fail")],
)
def test_what_is_not_to_be_told_is_not_to_be_told_in_other_words(other, outcome):
    assert judged("I win at dice by cheating.", TOLD, other=other).outcome == outcome


def test_another_sentence_still_contradicts():
    scores = {**TOLD, ("gentle", "s2"): CONTRADICTED}
    verdict = judged("I win at dice by cheating. I am gentle with Wick.", scores)
    assert {v.sentence for v in verdict.violations} == {"I am gentle with Wick."}


def test_sentences_together_count_where_they_add_to_a_retelling():
    weak = Entailment(0.45, 0.55, 0.0)
    apart = {**TOLD, ("joke", "s2"): weak, ("by cheating.", "s2"): weak}
    reply = "I win at dice by cheating. It is a joke."
    for whole, outcome in ((Entailment(0.5, 0.5, 0.0), "pass"), (CONTRADICTED, "fail")):
        scores = {("cheating. It is", "s2"): whole, **apart}
        scores.pop(("dice", "s2"))
        assert judged(reply, scores).outcome == outcome


@pytest.mark.parametrize("reply", ["I do.", "Of course."])
def test_an_answer_that_borrows_its_topic_is_no_retelling(reply):
    scores = {(reply, "s1"): ENTAILED, (reply, "s2"): CONTRADICTED, ("dice", "said"): ENTAILED}
    assert judged(reply, scores).outcome == "fail"


@pytest.mark.parametrize(
    "reply",
    [
        "I once cheated at dice.",
        "I was cheating at dice.",
        "I cheat at dice 3 times.",
        "I only dice.",
    ],
)
def test_another_time_or_number_is_no_retelling(reply):
    scores = {("", "s1"): ENTAILED, ("", "s2"): CONTRADICTED, ("", "said"): ENTAILED}
    assert judged("I cheat at dice.", scores).outcome == "pass"
    assert judged(reply, scores).outcome == "fail"


def test_what_is_not_to_be_told_is_no_excuse():
    verdict = judged("I win at dice by cheating.", TOLD)
    assert verdict.outcome == "pass"
    secret = Persona("Hester", as_statements(["Nobody knows that Hester cheats at dice.", STRICT]))
    guard = APCGuard(ScriptedRelevance(), ScriptedEntailment(TOLD))
    asked = Conversation().add("user", "What do you cheat at?")
    assert guard.check(secret, asked, "I win at dice by cheating.").outcome == "fail"


def test_a_doubtful_sentence_beside_a_retelling_is_read_with_it():
    doubtful = Entailment(0.2, 0.8, 0.0)
    scores = {
        ("cheating. It is", "s2"): CONTRADICTED,
        **TOLD,
        ("joke", "s2"): doubtful,
    }
    assert judged("I win at dice by cheating. It is a joke.", scores).outcome == "fail"
