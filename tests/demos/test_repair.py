import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from demos.repair import FAITHFUL, FALSE, attempts_table, repaired_reply
from guards.apc import APCGuard
from guards.scripted import ScriptedGuard, WordEntailment, WordRelevance
from persona_sdk.personas import load
from persona_sdk.types import Reply


def shown(reply: Reply) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(attempts_table(reply))
    return captured.get()


def test_the_false_draft_is_caught_and_the_faithful_one_shown() -> None:
    reply = repaired_reply(load("tess"), ScriptedGuard({"love coffee": "tea"}))
    assert [attempt.draft for attempt in reply.attempts] == [FALSE, FAITHFUL]
    assert [attempt.verdict.outcome for attempt in reply.attempts] == ["fail", "pass"]
    assert reply.text == FAITHFUL


def test_the_table_names_the_statement_that_the_draft_goes_against() -> None:
    reply = repaired_reply(load("tess"), ScriptedGuard({"love coffee": "tea"}))
    caught, repaired = (line for line in shown(reply).splitlines() if "coffee" in line)
    assert "draft" in caught and "fail" in caught and "Tess does not drink coffee." in caught
    assert "hint" in repaired and "pass" in repaired


def test_a_guard_that_compares_words_is_enough_to_catch_it() -> None:
    guard = APCGuard(WordRelevance(), WordEntailment())
    first = repaired_reply(load("tess"), guard).attempts[0]
    assert first.verdict.outcome == "fail"


@pytest.mark.model
def test_the_tour_ends_well_with_the_shipped_guard() -> None:
    tour = subprocess.run(
        [sys.executable, "-m", "demos.repair"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert tour.returncode == 0, tour.stdout + tour.stderr
    assert f"Shown: {FAITHFUL}" in tour.stdout
