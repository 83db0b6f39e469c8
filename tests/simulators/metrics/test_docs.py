"""docs/simulator-metrics.md tells the truth."""

import re
from pathlib import Path

import pytest

from simulators import audit_checks, audit_manner
from simulators.metrics.human import HUMAN_DISTANCE, human_copying, human_sources

PAGE = (Path(__file__).parents[3] / "docs" / "simulator-metrics.md").read_text(encoding="utf-8")


def test_the_example_runs():
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 1
    exec(examples[0], {})


@pytest.mark.parametrize(
    ("bar", "told"),
    [
        (audit_manner.SURFACE_AUC, "surface AUC above 0.8 "),
        (HUMAN_DISTANCE, "more than 0.12 beyond"),
        (audit_checks.MOST_VOID, "more than 10% of the conversations are spoilt"),
        (audit_checks.CONTRADICTIONS, "more than 20% of the claims"),
        (audit_checks.EARLY_STOPS, "more than 20% of the conversations in a loop"),
        (audit_checks.REPEATED, "more than 5% of the turns"),
        (audit_manner.COURTEOUS, "courtesies in more than 50%"),
        (audit_manner.GUSHING, "gushing in more than 10%"),
        (audit_manner.OFF_LANGUAGE, "more than 10% of the turns certainly"),
    ],
)
def test_the_bars_are_those_of_the_code(bar, told):
    assert told in PAGE
    figure = re.findall(r"[\d.]+%?", told)[-1]
    assert bar == pytest.approx(float(figure.rstrip("%")) / (100 if "%" in figure else 1))


def test_the_groups_of_people_are_those_of_the_file():
    for source in human_sources():
        assert f"{source.name}, {source.conversations} conversations, {source.turns} turns" in PAGE
    assert f"paid workers of ConvAI2 {human_copying().verbatim:.1%}" in PAGE
    assert f"{human_copying().half:.0%} by our count" in PAGE
