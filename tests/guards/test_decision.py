from __future__ import annotations

import doctest
import json
import tomllib

import pytest

import guards.decision
from guards.decision import Thresholds, decide
from guards.measurement import Evidence, Measurement
from persona_sdk.types import ConstraintScore, Entailment, Statement

BARS = Thresholds(
    hard_contradiction=0.5,
    soft_contradiction=0.8,
    remote_contradiction=0.95,
    second_hit=0.6,
    abstain=0.1,
)
HARD = Statement("h1", "Alice is human.", hard=True)
SOFT = Statement("s1", "Alice likes rain.")
OTHER = Statement("s2", "Alice likes snow.")


def said(statement, contradiction, sentence="So it is.", remote=False):
    judged = Entailment(contradiction, 1 - contradiction, 0.0)
    return Evidence(statement, sentence, 0, len(sentence), "speech", 0.4, judged, remote)


def outcome(*evidence, thresholds=BARS):
    return decide(Measurement(evidence=evidence, scorer="toy"), thresholds).outcome


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(guards.decision).failed == 0


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([], "pass"),
        ([said(SOFT, 0.1)], "pass"),
        ([said(HARD, 0.5)], "fail"),
        ([said(HARD, 0.49)], "unscored"),
        ([said(HARD, 0.39)], "pass"),
        ([said(SOFT, 0.5)], "pass"),
        ([said(SOFT, 0.69)], "pass"),
        ([said(SOFT, 0.71)], "unscored"),
        ([said(SOFT, 0.8)], "fail"),
        ([said(SOFT, 0.6), said(OTHER, 0.6)], "fail"),
        ([said(SOFT, 0.6), said(SOFT, 0.6, "Again.")], "fail"),
        ([said(SOFT, 0.6), said(OTHER, 0.59)], "pass"),
        ([said(SOFT, 0.6), said(HARD, 0.3)], "pass"),
        ([said(SOFT, 0.71), said(HARD, 0.9)], "fail"),
        ([said(SOFT, 0.84, remote=True)], "pass"),
        ([said(SOFT, 0.94, remote=True)], "unscored"),
        ([said(SOFT, 0.95, remote=True)], "fail"),
        ([said(HARD, 0.5, remote=True)], "fail"),
        ([said(SOFT, 0.7, remote=True), said(OTHER, 0.69)], "pass"),
    ],
)
def test_decision_table(evidence, expected):
    assert outcome(*evidence) == expected


def test_the_bar_of_a_remote_statement_is_never_below_that_of_a_near_one():
    lenient = Thresholds(soft_contradiction=0.99, remote_contradiction=0.5)
    assert lenient.bar(hard=False, remote=True) == 0.99


def test_what_could_not_be_measured_is_unscored_and_says_why():
    verdict = decide(Measurement(unscored="the scorer is gone"), BARS)
    assert (verdict.outcome, verdict.reason) == ("unscored", "the scorer is gone")


def test_a_violation_names_everything_that_it_rests_on():
    measurement = Measurement(evidence=(said(HARD, 0.9, "I am a robot."),), scorer="toy")
    violation = decide(measurement, BARS).violations[0]
    assert violation.statement is HARD
    assert (violation.sentence, violation.start, violation.end) == ("I am a robot.", 0, 13)
    assert (violation.kind, violation.relevance) == ("speech", 0.4)
    assert (violation.contradiction, violation.threshold, violation.scorer) == (0.9, 0.5, "toy")


def test_the_surest_violation_stands_first():
    verdict = decide(Measurement(evidence=(said(HARD, 0.6), said(SOFT, 0.9))), BARS)
    assert [v.statement.id for v in verdict.violations] == ["s1", "h1"]
    assert "s1" in verdict.reason and "h1" in verdict.reason


def test_the_reason_spells_out_the_surest_violations_and_counts_the_rest():
    many = tuple(said(HARD, 0.9, f"Sentence {i}.") for i in range(20))
    reason = decide(Measurement(evidence=many), BARS).reason
    assert "Sentence 0." in reason and "Sentence 19." not in reason
    assert reason.endswith("and 17 more")


def test_coverage_is_reported_and_never_asked_for_by_default():
    silent = ConstraintScore(SOFT, 0.9, Entailment(0.0, 1.0, 0.0))
    measurement = Measurement(constraints=(silent,))
    assert decide(measurement, BARS).outcome == "pass"
    assert decide(measurement, BARS).coverage == 0.0
    asking = Thresholds(min_coverage=0.5)
    assert decide(measurement, asking).outcome == "fail"
    assert "0.00" in decide(measurement, asking).reason


def test_enough_coverage_passes():
    told = ConstraintScore(SOFT, 0.9, Entailment(0.0, 0.4, 0.6))
    measurement = Measurement(constraints=(told,))
    assert decide(measurement, Thresholds(min_coverage=0.5)).outcome == "pass"


def test_small_talk_is_not_asked_for_coverage():
    idle = ConstraintScore(SOFT, 0.01, Entailment(0.0, 1.0, 0.0))
    assert decide(Measurement(constraints=(idle,)), Thresholds(min_coverage=0.5)).outcome == "pass"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hard_contradiction": 1.2}, r"hard_contradiction must be in \[0, 1\], was: 1.2"),
        ({"soft_contradiction": -0.1}, "soft_contradiction must be in"),
        ({"abstain": float("nan")}, "abstain must be in"),
        ({"second_hit": "0.5"}, "second_hit must be a number, was: '0.5'"),
        ({"second_hit": True}, "second_hit must be a number, was: True"),
        ({"abstain": None}, "abstain must be a number, was: None"),
        ({"strictness": 0.5}, "no threshold 'strictness', there are: hard_contradiction"),
    ],
)
def test_thresholds_refuse_what_is_no_probability(values, message):
    with pytest.raises(ValueError, match=message):
        Thresholds.from_mapping(values)


def test_thresholds_read_from_toml_and_json_alike():
    toml = tomllib.loads("hard_contradiction = 0.4\nmin_coverage = 0.2")
    assert Thresholds.from_mapping(toml) == Thresholds(hard_contradiction=0.4, min_coverage=0.2)
    assert Thresholds.from_mapping(json.loads("{}")) == Thresholds()
