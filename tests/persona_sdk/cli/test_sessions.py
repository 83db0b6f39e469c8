"""`persona sessions`, through a program that holds nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from persona_sdk.cli.sessions import app
from persona_sdk.store import Session, Store
from persona_sdk.types import Attempt, Persona, Reply, Verdict, as_statements

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path))
    monkeypatch.delenv("PERSONA_STORE", raising=False)
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def session(run: Run) -> Session:
    persona = Persona("Ada", as_statements(["Ada does not drink coffee."]))
    failed = Attempt("I love coffee!", Verdict("fail", reason="a violation"))
    passed = Attempt("Never! \x1b[31m☕", Verdict("pass", apc=0.75), "hint")
    with Store.open() as store:
        begun = store.create_session(persona, model="builtin", guard_mode="enforce", seed=3)
        store.append_user(begun.id, "Coffee?")
        store.append_reply(begun.id, Reply(passed.draft, (failed, passed), "pass", ("a note",)))
        return store.session(begun.id)


def test_no_sessions_yet_says_where_and_what_to_do(run: Run, tmp_path: Path) -> None:
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"no sessions in {tmp_path}/sessions.sqlite3: `persona chat`" in result.stderr
    assert json.loads(run("list", "--json").stdout) == []


def test_the_list_shows_each_session(run: Run, session: Session) -> None:
    line = run("list").stdout.splitlines()[1].split()
    assert line[:5] == [session.id, "Ada", "builtin", "enforce", "2"]
    (row,) = json.loads(run("list", "--json").stdout)
    assert (row["id"], row["persona"], row["seed"], row["turns"]) == (session.id, "Ada", 3, 2)


def test_a_conversation_is_shown_without_steering_the_terminal(run: Run, session: Session) -> None:
    result = run("show", session.id)
    assert result.stdout.splitlines() == [
        "You: Coffee?",
        "Ada: Never! \ufffd[31m☕",
        "  note: a note",
    ]


def test_the_attempts_are_shown_on_request(run: Run, session: Session) -> None:
    shown = run("show", session.id, "--attempts").stdout
    assert "1. draft: fail" in shown and "I love coffee!" in shown
    assert "2. hint: pass  V_APC 0.75" in shown


def test_a_session_as_json_holds_its_turns(run: Run, session: Session) -> None:
    found = json.loads(run("show", session.id, "--json").stdout)
    assert [turn["role"] for turn in found["turns"]] == ["user", "assistant"]
    assert found["turns"][1]["attempts"][0]["verdict"]["outcome"] == "fail"


@pytest.mark.parametrize("verb", [["show"], ["export"], ["delete", "--yes"]])
def test_an_unknown_id_names_the_latest(run: Run, session: Session, verb: list[str]) -> None:
    result = run(*verb, "nobody")
    assert (result.exit_code, result.stdout) == (6, "")
    assert f"no session 'nobody' (latest: {session.id})" in result.stderr


def test_export_writes_json_lines_to_standard_output_and_nothing_else(
    run: Run, session: Session
) -> None:
    result = run("export", session.id)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["index"] for row in rows] == [0, 1]
    assert "2 turns written" in result.stderr


def test_export_writes_a_file(run: Run, session: Session, tmp_path: Path) -> None:
    target = tmp_path / "all.jsonl"
    assert run("export", "--out", target).exit_code == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2


def test_delete_asks_for_yes_and_then_deletes(run: Run, session: Session) -> None:
    refused = run("delete", session.id)
    assert refused.exit_code == 2
    assert f"{session.id} has 2 turns; to delete it for good add --yes" in refused.stderr
    assert run("show", session.id).exit_code == 0
    assert run("delete", session.id, "--yes").exit_code == 0
    assert run("show", session.id).exit_code == 6


def test_another_store_is_named_by_option_or_environment(
    run: Run, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(run("list", "--json", "--store", tmp_path / "other.db").stdout) == []
    monkeypatch.setenv("PERSONA_STORE", str(tmp_path / "other.db"))
    assert json.loads(run("list", "--json").stdout) == []


def test_a_broken_store_ends_with_its_own_exit_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite3").write_text("not a database " * 100)
    result = run("list")
    assert result.exit_code == 6
    assert "sessions.sqlite3: the file is no SQLite database" in result.stderr
