"""A comparison for people and for programs."""

import json

from simulators.report.compare import compare
from simulators.report.comparison_text import as_json, as_markdown


def test_both_formats_tell_the_finding(runs):
    fine, bad = runs.exchange(runs.passed()), runs.exchange(runs.violating())
    first = runs.run(*(runs.dialogue(bad, number=i) for i in range(10)))
    second = runs.run(*(runs.dialogue(fine, number=i) for i in range(10)), character="a|b")
    found = compare(first, second)
    text = as_markdown(found)
    assert "| violation rate | 1.000 | 0.000 | -1.000 [-1.000, -0.383] | 10 | better |" in text
    assert "- character: scripted → a\\|b" in text
    record = json.loads(as_json(found))
    assert record["version"] == 1 and record["pairs"] == 10
    assert record["differences"][0]["finding"] == "better"
