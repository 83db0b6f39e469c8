"""`persona report`: from a journal to pages, and two journals side by side."""

import json
from pathlib import Path

import pytest

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Profile
from persona_sdk.types import Persona, as_statements
from simulators.plain import PlainUser
from simulators.running.metering import MeteredModel
from simulators.scripted import ScriptedUser
from simulators.stress import stress
from simulators.values import RunConfig

ALICE = Persona("Alice", as_statements(["Alice never drinks coffee.", "Alice is a guitarist."]))
GUARD = ScriptedGuard({"love coffee": "s1"})
USERS = tuple(Profile(f"p{i}") for i in range(6))


def hold(folder: Path, says: str, *, metered: bool = False, **changes: object) -> Path:
    """Hold six conversations of two turns."""
    asked = {"turns": 2, "seed": 7, "character": says, "user": "scripted", "guard": "double warn"}
    config = RunConfig(ALICE, USERS, len(USERS), **{**asked, **changes})
    model = ScriptedModel(says, cycle=True)
    talks = MeteredModel(model) if metered else model
    agent = PersonaAgent(ALICE, talks, GUARD, mode="warn")
    user = PlainUser(ScriptedUser(("Do you drink coffee?", "Really?")))
    stress(config, lambda _: agent, lambda *_: user, folder=folder)
    return folder


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return hold(tmp_path / "bad", "I love coffee.")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return hold(tmp_path / "good", "Tea for me.")


def test_a_folder_gets_its_three_files(persona, bad):
    done = persona("report", bad, "--words")
    assert done.exit_code == 0, done.output
    assert "first drafts  100.0%" in done.stdout
    assert f"worst turn: persona stress --replay {bad} 0:1" in done.stdout
    assert {"report.html", "report.md", "report.json"} <= {p.name for p in bad.iterdir()}


def test_the_report_may_go_elsewhere(persona, bad, tmp_path):
    assert persona("report", bad, "--words", "--out", tmp_path / "pages").exit_code == 0
    assert (tmp_path / "pages" / "report.html").is_file()
    assert not (bad / "report.html").exists()


def test_options_may_stand_before_the_folder(persona, bad):
    done = persona("report", "--words", bad)
    assert done.exit_code == 0, done.output


def test_prices_turn_the_tokens_of_the_journal_into_a_cost(persona, tmp_path):
    folder = hold(tmp_path / "run", "Tea.", metered=True)
    done = persona("report", folder, "--words", "--json", "--price-out", 1_000_000)
    tokens = json.loads(done.stdout)["figures"]["effort"]["character"]["completion_tokens"]
    assert json.loads(done.stdout)["cost"] == tokens > 0
    assert json.loads(persona("report", folder, "--words", "--json").stdout)["cost"] is None


def test_json_is_all_that_stands_on_stdout(persona, bad):
    done = persona("report", bad, "--words", "--json")
    assert json.loads(done.stdout)["headline"]["violation_rate"]["mean"] == 1.0


@pytest.mark.model
def test_vectors_find_what_says_alike(persona, bad):
    done = persona("report", bad, "--json")
    assert len(json.loads(done.stdout)["clusters"][0]["patterns"]) == 1


def test_a_folder_without_a_run_is_told(persona, tmp_path):
    done = persona("report", tmp_path)
    assert done.exit_code == 6
    assert "journal.jsonl" in done.stderr


def test_two_runs_are_compared(persona, bad, good, tmp_path):
    done = persona("report", "compare", bad, good, "--out", tmp_path / "new" / "both.md")
    assert done.exit_code == 0, done.output
    assert "character: I love coffee. → Tea for me." in done.stdout
    assert "-1.000 [-1.000, -0.081]  6      better" in done.stdout
    assert "| violation rate | 1.000 | 0.000 |" in (tmp_path / "new" / "both.md").read_text("utf-8")


def test_a_comparison_as_json(persona, bad, good, tmp_path):
    done = persona("report", "compare", bad, good, "--json", "--out", tmp_path / "both.json")
    assert json.loads(done.stdout)["pairs"] == 6
    assert json.loads((tmp_path / "both.json").read_text()) == json.loads(done.stdout)


def test_runs_that_do_not_compare_end_with_what_differs(persona, bad, tmp_path):
    other = hold(tmp_path / "other", "Tea.", seed=8)
    done = persona("report", "compare", bad, other)
    assert done.exit_code == 3
    assert "the runs do not compare: seed: '7' and '8'" in done.stderr
