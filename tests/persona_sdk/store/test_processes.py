"""Several processes at one database, and what a kill -9 leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from persona_sdk.store import Store
from persona_sdk.types import Persona, Reply, Turn

ROOT = Path(__file__).parents[3]


def _start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PRELUDE + script, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _hear(line: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == line


def _kill_when_it_says(line: str, process: subprocess.Popen[str]) -> str:
    """Kill the process with no chance to clean up once it prints `line`; return its first line."""
    with process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        _hear(line, process)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return first


@pytest.mark.parametrize("moment", ["while the model writes", "while the reply is stored"])
def test_a_kill_in_mid_reply_loses_no_finished_turn(url: str, reply: Reply, moment: str) -> None:
    session_id = _kill_when_it_says(moment, _start(DIE_IN_MID_REPLY, url, moment))
    with Store.open(url) as store:
        assert store.conversation(session_id).turns == (
            Turn("user", "first question"),
            Turn("assistant", "first answer"),
            Turn("user", "second question"),
        )
        assert [attempt.draft for attempt in store.attempts(session_id)] == ["first answer"]
        store.append_reply(session_id, reply)
        assert store.replies(session_id)[1] == reply


def test_processes_that_create_one_database_at_once_all_succeed(url: str) -> None:
    writers = [_start(WRITE_EXCHANGES, url) for _ in range(4)]
    for writer in writers:
        _hear("ready", writer)
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0] * 4
    with Store.open(url) as store:
        sessions = store.sessions()
        assert [session.turns for session in sessions] == [10] * 4


def test_a_reader_is_not_kept_waiting_by_a_writer(url: str, persona: Persona) -> None:
    with Store.open(url) as store:
        session = store.create_session(persona, model="m", guard_mode="off")
    writer = _start(HOLD_THE_WRITE_LOCK, url, session.id)
    with writer, Store.open(url, wait_seconds=0) as store:
        _hear("locked", writer)
        assert store.session(session.id) == session
        writer.kill()


PRELUDE = """
import sys, time
from sqlalchemy import Engine, event
from persona_sdk.store import Store
from persona_sdk.types import Attempt, Persona, Reply, Verdict

def say_and_wait(line):
    print(line, flush=True)
    time.sleep(600)
"""

DIE_IN_MID_REPLY = """
store = Store.open(sys.argv[1])
session = store.create_session(Persona("Ada", ()), model="m", guard_mode="enforce")
print(session.id, flush=True)
answer = Reply("first answer", (Attempt("first answer", Verdict("pass")),), "pass")
store.append_user(session.id, "first question")
store.append_reply(session.id, answer)
store.append_user(session.id, "second question")
if sys.argv[2] == "while the model writes":
    say_and_wait(sys.argv[2])
event.listen(Engine, "commit", lambda connection: say_and_wait(sys.argv[2]))
store.append_reply(session.id, answer)
"""

WRITE_EXCHANGES = """
print("ready", flush=True)
sys.stdin.readline()
with Store.open(sys.argv[1], wait_seconds=60) as store:
    session = store.create_session(Persona("Ada", ()), model="m", guard_mode="off")
    for number in range(5):
        store.append_user(session.id, f"question {number}")
        store.append_reply(session.id, Reply(f"answer {number}", (), "unscored"))
"""

HOLD_THE_WRITE_LOCK = """
store = Store.open(sys.argv[1])
event.listen(Engine, "commit", lambda connection: say_and_wait("locked"))
store.append_user(sys.argv[2], "question")
"""
