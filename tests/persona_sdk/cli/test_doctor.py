import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.cli import diagnosis
from persona_sdk.cli.diagnosis import Examination
from persona_sdk.errors import WeightsError

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path))
    monkeypatch.delenv("PERSONA_STORE", raising=False)
    return tmp_path


def found(monkeypatch: pytest.MonkeyPatch, *parts: Examination) -> None:
    monkeypatch.setattr(diagnosis, "examine", lambda: list(parts))


def test_a_sound_installation_ends_well(persona: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, Examination("machine", {"cores": 2, "gpus": [], "on": True, "off": None}))
    result = persona("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    for line in ("cores: 2", "gpus: none", "on: yes", "off: unknown", "all is well"):
        assert line in result.stdout


def test_a_problem_is_shown_with_its_mend(persona: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, Examination("store", {}, ["no room: make some"]))
    result = persona("doctor")
    assert result.exit_code == 1
    assert "! no room: make some" in result.stdout


def test_json_holds_facts_and_problems(persona: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, Examination("store", {"exists": True}, ["no room: make some"]))
    result = persona("doctor", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "store": {"exists": True},
        "problems": ["no room: make some"],
    }


def test_every_subject_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "GPU_QUESTIONS", {})
    monkeypatch.setattr(diagnosis, "_self_test", lambda: 0.1)
    parts = {part.subject: part for part in diagnosis.examine()}
    assert list(parts) == ["versions", "machine", "extras", "models", "guard", "store", "names"]
    assert parts["machine"].facts["cores"]
    assert "builtin" in parts["models"].facts
    assert parts["guard"].facts["self_test_ms"] == 100.0
    assert parts["names"].problems == []


def examined(subject: str, monkeypatch: pytest.MonkeyPatch) -> Examination:
    monkeypatch.setattr(diagnosis, "GPU_QUESTIONS", {})
    monkeypatch.setattr(diagnosis, "_self_test", lambda: 0.1)
    return next(part for part in diagnosis.examine() if part.subject == subject)


def test_a_guard_that_fails_its_test_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_self_test", lambda: _raise(WeightsError("labels mixed up")))
    monkeypatch.setattr(diagnosis, "GPU_QUESTIONS", {})
    guard = next(part for part in diagnosis.examine() if part.subject == "guard")
    assert guard.problems == ["labels mixed up: install faithful-persona again"]


def _raise(error: Exception) -> float:
    raise error


def test_an_engine_that_dies_on_loading_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_self_test", lambda: 0.1)
    monkeypatch.setattr(diagnosis, "GPU_QUESTIONS", {"json": "1 / 0", "os": "True"})
    machine = next(part for part in diagnosis.examine() if part.subject == "machine")
    assert machine.facts["os_uses_gpu"] is True
    assert machine.facts["json_uses_gpu"] is None
    (problem,) = machine.problems
    assert "json does not load (ZeroDivisionError: division by zero)" in problem


def test_an_engine_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_self_test", lambda: 0.1)
    monkeypatch.setattr(diagnosis, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(diagnosis, "GPU_QUESTIONS", {"time": "__import__('time').sleep(60)"})
    machine = next(part for part in diagnosis.examine() if part.subject == "machine")
    assert "no answer within 0.2 s" in machine.problems[0]


def test_a_store_is_not_made_by_looking(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_HOME", str(home / "deep" / "er"))
    store = examined("store", monkeypatch)
    assert (store.facts["exists"], store.problems) == (False, [])
    assert list(home.iterdir()) == []


def test_a_corrupt_store_is_a_problem(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "sessions.sqlite3").write_text("this is no database, whatever its name says" * 99)
    (problem,) = examined("store", monkeypatch).problems
    assert str(home) in problem


def test_the_store_that_the_environment_names_is_opened(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONA_STORE", f"sqlite:///{home / 'mine.sqlite3'}")
    store = examined("store", monkeypatch)
    assert store.facts == {"place": str(home / "mine.sqlite3"), "sessions": 0}


def test_a_folder_that_cannot_be_written_is_a_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    (problem,) = examined("store", monkeypatch).problems
    assert "not writable" in problem
    assert "PERSONA_HOME" in problem


@pytest.mark.model
def test_the_shipped_guard_passes_its_test() -> None:
    assert diagnosis._self_test() > 0


def test_the_engine_of_this_installation_loads() -> None:
    assert diagnosis._ask(sys.executable, "-c", "import llama_cpp") == (0, "")
