import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.errors import ModelUnavailable
from persona_sdk.models.scripted import ScriptedModel
from simulators.profiles.files import read_profiles

Run = Callable[..., Result]


def chat(*said: str) -> str:
    turns = [{"role": "user", "content": text} for text in said]
    return json.dumps({"messages": [*turns, {"role": "assistant", "content": "I am a robot."}]})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join([chat("Hi, I'm a nurse."), chat("I keep bees."), chat("ok")]))
    return path


def test_profiles_are_extracted_listed_and_shown(persona: Run, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "users.jsonl"
    done = persona("users", "extract", log, "--out", out, "--scorers", "none", "--licence", "MIT")
    assert done.exit_code == 0 and "3 profiles with 2 facts" in done.stdout
    nurse, _, _ = read_profiles(out)
    assert [fact.text for fact in nurse.facts] == ["You are a nurse."]
    assert nurse.licence == "MIT" and nurse.source == "log.jsonl:1 (rules)"
    assert "log-2" in persona("users", "list", out).stdout
    shown = persona("users", "show", out, "log-1").stdout
    assert "You are a nurse." in shown and "You write" in shown and "occupation 1" in shown
    [row] = json.loads(persona("users", "show", out, "log-2", "--json").stdout)
    assert row["facts"][0]["text"] == "You keep bees."
    assert json.loads(persona("users", "list", out, "--json").stdout)[0]["id"] == "log-1"


def test_broken_conversations_are_refused_or_counted(
    persona: Run, log: Path, tmp_path: Path
) -> None:
    log.write_text(chat("I keep bees.") + "\n{broken\n" + chat())
    out = tmp_path / "users.jsonl"
    refused = persona("users", "extract", log, "--out", out, "--scorers", "none")
    assert refused.exit_code == 3 and "log.jsonl:2: column 2 is not JSON" in refused.stderr
    assert not out.exists()
    args = ("--scorers", "none", "--on-error", "skip", "--json")
    told = json.loads(persona("users", "extract", log, "--out", out, *args).stdout)
    assert told["profiles"] == 1
    assert [skip["place"].rsplit(":")[-1] for skip in told["skipped"]] == ["2", "3"]


def test_a_run_that_stopped_goes_on_where_it_was(
    persona: Run, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "users.jsonl"
    answers = iter(['{"1": "You are a nurse."}'])

    def answer(_: object) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise ModelUnavailable("the endpoint died") from None

    model = ScriptedModel(answer)
    monkeypatch.setattr("persona_sdk.models.catalog.load_model", lambda name: model)
    args = ("users", "extract", log, "--out", out, "--by", "llm", "--scorers", "none")
    died = persona(*args)
    assert died.exit_code == 4 and "the endpoint died" in died.stderr
    assert not out.exists()
    assert "add --resume" in persona(*args).stderr
    partial = tmp_path / "users.jsonl.partial"
    with partial.open("a") as file:
        file.write('{"version": 1, "id": "lo')  # the kill came in the middle of a line
    answers = iter(['{"1": "You keep bees."}'])
    done = persona(*args, "--resume")
    assert done.exit_code == 0 and "2 profiles with 1 facts, 1 kept from before" in done.stdout
    assert [len(profile.facts) for profile in read_profiles(out)] == [1, 1, 0]
    assert not partial.exists()


def test_profiles_of_another_extractor_are_not_gone_on_with(
    persona: Run, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "users.jsonl"
    persona("users", "extract", log, "--out", out, "--scorers", "none")
    before = out.read_bytes()
    monkeypatch.setattr("persona_sdk.models.catalog.load_model", lambda name: ScriptedModel("You."))
    told = persona("users", "extract", log, "--out", out, "--by", "plain", "--resume")
    assert told.exit_code == 3 and "was not extracted by 'plain scripted'" in told.stderr
    assert out.read_bytes() == before
    assert not (tmp_path / "users.jsonl.partial").exists()


def test_a_finished_run_resumed_does_nothing(persona: Run, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "users.jsonl"
    args = ("users", "extract", log, "--out", out, "--scorers", "none")
    persona(*args)
    before = out.read_bytes()
    assert "0 profiles with 0 facts, 3 kept" in persona(*args, "--resume").stdout
    assert out.read_bytes() == before


def test_conversations_of_two_logs_with_one_id_are_both_kept(
    persona: Run, log: Path, tmp_path: Path
) -> None:
    out = tmp_path / "users.jsonl"
    persona("users", "extract", log, log, "--out", out, "--scorers", "none")
    assert [p.id for p in read_profiles(out)][2:4] == ["log-3", "log-1~2"]


def test_personal_data_is_masked_on_request(persona: Run, log: Path, tmp_path: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    log.write_text(chat("My mail is ann@example.com. I keep bees. Please write to ann@example.com"))
    out = tmp_path / "users.jsonl"
    done = persona("users", "extract", log, "--out", out, "--scorers", "none", "--mask")
    assert "2 places masked" in done.stderr
    assert "example.com" not in out.read_text()
    assert "You keep bees." in out.read_text()


def test_the_user_can_be_named(persona: Run, tmp_path: Path) -> None:
    log = tmp_path / "talk.txt"
    log.write_text("Bo: I keep bees.\nAnn: I sail.\nBo: Good.\nAnn: Yes.\n")
    out = tmp_path / "users.jsonl"
    persona("users", "extract", log, "--out", out, "--scorers", "none", "--user", "Ann")
    assert [fact.text for fact in read_profiles(out)[0].facts] == ["You sail."]


def test_an_unknown_profile_is_told_with_known_ones(persona: Run) -> None:
    told = persona("users", "show", "bundled", "nobody")
    assert told.exit_code == 3 and "has no profile 'nobody'; it has" in told.stderr


def test_a_profile_cannot_steer_the_terminal(persona: Run, tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text(json.dumps({"version": 1, "id": "a", "objective": "[red]x[/red] \u202eb"}))
    shown = persona("users", "show", path)
    assert shown.exit_code == 0
    assert "[red]x[/red]" in shown.stdout and "\u202e" not in shown.stdout
