import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from persona_sdk.cli.terminal import new_app
from persona_sdk.cli.users_audit import audit, compare
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Persona, Reply, as_statements
from simulators.journal import Journal
from simulators.play import Ending
from simulators.values import Exchange, Move, RunConfig

Users = Callable[..., Result]

HUMAN = ("whats your favourite bread then", "ok and why not rye?", "hm i dont get it", "thx")
GUSHING = (
    "Hello, Ada! I'm curious about your bakery. Could you tell me more about it?",
    "That's wonderful to hear! What kinds of bread do you enjoy baking the most?",
    "Thank you so much for sharing that! I'd love to learn more about your process.",
    "I really appreciate your insight! How did you first become interested in baking?",
)
ADA = Persona("Ada", as_statements(["Ada bakes bread."]))
NURSE = Profile("p1", (Fact("f1", "You are a nurse."), Fact("f2", "You have two cats.")))


@pytest.fixture
def users() -> Users:
    app = new_app("Users.")
    app.command()(audit)
    app.command()(compare)
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Path]:
    def write(turns: tuple[str, ...], n: int = 12) -> Path:
        folder = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
        config = RunConfig(ADA, (NURSE,), n, len(turns), 7, "model", "user", "guard")
        with Journal(folder, config) as journal:
            for number in range(n):
                for place, turn in enumerate(turns):
                    journal.write(number, place, Exchange(Move(turn), Reply(f"Answer {place}.")))
                journal.write(number, len(turns), Ending("max_turns"))
        return folder

    return write


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    rows = [
        {"id": str(i), "messages": [{"role": "user", "content": t} for t in HUMAN]}
        for i in range(12)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_sound_run_passes(users, run):
    found = users("audit", run(HUMAN), "--scorers", "none")
    assert found.exit_code == 0, found.output
    assert "the simulated users passed; 0 of 12 conversations are void" in found.stdout


def test_a_run_with_gushing_users_is_void(users, run):
    found = users("audit", run(GUSHING), "--scorers", "none")
    assert found.exit_code == 1
    assert "void: like people:" in found.stdout


def test_a_short_run_cannot_be_told(users, run):
    found = users("audit", run(HUMAN, n=1), "--scorers", "none")
    assert found.exit_code == 5
    assert "could not tell: like people: needs 30 free turns in English, were: 4" in found.stdout


def test_one_conversation_has_no_interval(users, run):
    found = " ".join(users("audit", run(HUMAN, n=1), "--scorers", "none").stdout.split())
    assert "of one" in found and "[" not in found


def test_json_is_all_of_standard_output(users, run):
    found = users("audit", run(GUSHING), "--scorers", "none", "--json")
    report = json.loads(found.stdout)
    assert found.exit_code == 1 and report["outcome"] == "fail"
    assert {"name", "value", "bar", "reason"} <= report["findings"][0].keys()
    assert [reason.split(":")[0] for reason in report["void"]] == ["like people", "gushing"]
    assert report["flags"] == [] and "contradicts itself" in report["unknown"][-1]


def test_real_logs_put_the_detector_to_work(users, run, log):
    found = users("audit", run(GUSHING), "--real", log, "--scorers", "none")
    assert found.exit_code == 1 and "detector AUC: 1.000" in found.stdout


def test_a_run_and_a_log_are_compared_by_id(users, run, log):
    found = users("compare", log, run(HUMAN), "--embedder", "none", "--json")
    report = json.loads(found.stdout)
    assert report["detector"]["real"] == report["detector"]["simulated"] == 48
    assert report["paired"][0]["estimate"]["mean"] == pytest.approx(1.0)
    assert report["sides"][0]["real"]["name"] == "ESR"


def test_the_tables_of_a_comparison_name_the_widest_gaps(users, run, log):
    found = users("compare", log, run(GUSHING), "--embedder", "none")
    assert found.exit_code == 0
    assert "detector AUC: 1.000" in found.stdout and "Style-Sim" in found.stdout


def test_a_folder_without_a_run_is_named(users, tmp_path):
    found = users("audit", tmp_path / "nothing")
    assert found.exit_code == 6 and "nothing" in found.stderr


def test_an_unknown_embedder_is_refused(users, run, log):
    found = users("compare", log, run(HUMAN), "--embedder", "gpt")
    assert found.exit_code == 2 and "builtin or none, was: gpt" in found.stderr
