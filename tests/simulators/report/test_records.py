"""The report as JSON."""

import json

from simulators.audit import Audit
from simulators.audit_checks import Finding
from simulators.report.document import document
from simulators.report.records import FORMAT, VERSION, as_json

VOID = Audit((Finding("like people", "fail", 0.9, 0.2, "the users <sound> alike"),))


def test_the_format_has_a_name_and_a_version(sample):
    found = json.loads(as_json(document(sample, "f")))
    assert (found["format"], found["version"]) == (FORMAT, VERSION)


def test_figures_carry_their_intervals(sample):
    found = json.loads(as_json(document(sample, "f")))
    rate = found["headline"]["violation_rate"]
    assert rate["mean"] == 0.5 and rate["low"] <= 0.5 <= rate["high"] and rate["n"] == 3
    assert [p["turn"] for p in found["figures"]["drift"]["points"]] == [1, 2]


def test_every_failed_turn_is_there_with_all_attempts(sample):
    found = json.loads(as_json(document(sample, "f")))["failed_turns"]
    assert [(t["conversation"], t["turn"]) for t in found] == [(1, 1), (1, 2), (2, 2)]
    assert [a["outcome"] for a in found[2]["attempts"]] == ["fail", "pass"]
    violation = found[0]["attempts"][0]["violations"][0]
    assert (violation["statement"], violation["probability"], violation["bar"]) == ("s1", 0.96, 0.5)


def test_a_void_run_has_no_headline(sample):
    found = json.loads(as_json(document(sample, "f", audit=VOID)))
    assert found["void"] is True and found["headline"] is None
    assert found["audit"]["void"] == ["like people: the users <sound> alike"]


def test_an_unknown_figure_is_null(runs):
    found = json.loads(as_json(document(runs.run(), "f")))
    assert found["headline"] is None
    assert found["figures"]["drafts"]["violation_rate"] is None


def test_the_top_level_names_are_stable(sample):
    assert list(json.loads(as_json(document(sample, "f")))) == [
        "format", "version", "void", "audit", "config", "headline", "figures", "cost", "clusters",
        "clusters_by_attack", "worst", "failed_turns", "broken",
    ]  # fmt: skip
