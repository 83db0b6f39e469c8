from __future__ import annotations

import doctest

import pytest

import guards.scripted
import persona_sdk.words
from guards.scripted import (
    CONTRADICTED,
    ENTAILED,
    NEUTRAL,
    ScriptedEntailment,
    ScriptedGuard,
    ScriptedRelevance,
    WordEntailment,
    WordRelevance,
)
from persona_sdk.errors import ScorerError
from persona_sdk.types import Conversation, Persona, Query, as_statements

ALICE = Persona("Alice", as_statements(["Alice never drinks coffee.", "Alice lives in Rome."]))


@pytest.mark.parametrize("module", [guards.scripted, persona_sdk.words])
def test_the_examples_in_the_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def test_scripted_guard_passes_what_no_rule_names():
    assert ScriptedGuard().check(ALICE, Conversation(), "Anything.").outcome == "pass"


def test_scripted_guard_cites_the_statement_and_the_span():
    draft = "Well, I love coffee."
    verdict = ScriptedGuard({"love coffee": "s1"}).check(ALICE, Conversation(), draft)
    violation = verdict.violations[0]
    assert verdict.outcome == "fail"
    assert violation.statement.id == "s1"
    assert draft[violation.start : violation.end] == violation.sentence == "love coffee"


def test_scripted_guard_leaves_named_drafts_unscored():
    guard = ScriptedGuard({"coffee": "s1"}, unscored=["coffee"])
    assert guard.check(ALICE, Conversation(), "coffee").outcome == "unscored"


def test_scripted_guard_refuses_a_rule_about_a_statement_that_is_not_there():
    with pytest.raises(ValueError, match="no statement 's9'"):
        ScriptedGuard({"coffee": "s9"}).check(ALICE, Conversation(), "coffee")


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        ("What do you drink?", "I drink coffee all day.", CONTRADICTED),
        ("What do you drink?", "I never drink coffee.", ENTAILED),
        ("What do you drink?", "The weather is fine.", NEUTRAL),
        ("Do you drink coffee?", "No.", ENTAILED),
        ("Do you drink coffee?", "Yes.", CONTRADICTED),
    ],
)
def test_word_entailment_compares_words_and_negations(asked, said, expected):
    query = Query("Alice", asked)
    assert WordEntailment().entailment(query, [said], ALICE.statements[:1]) == [expected]


def test_word_entailment_refuses_lists_of_different_length():
    with pytest.raises(ScorerError, match="1 and 2"):
        WordEntailment().entailment(Query("Alice", ""), ["a"], ALICE.statements)


def test_word_relevance_ignores_the_name_of_the_character():
    assert WordRelevance().relevance(Query("Alice", "Alice?"), ALICE.statements) == [0.1, 0.1]


def test_scripted_scorers_fall_back_to_their_defaults():
    query = Query("Alice", "?")
    assert ScriptedRelevance({"s2": 0.7}).relevance(query, ALICE.statements) == [0.1, 0.7]
    scores = ScriptedEntailment({("x", "s2"): ENTAILED})
    assert scores.entailment(query, ["x", "x"], ALICE.statements) == [NEUTRAL, ENTAILED]
