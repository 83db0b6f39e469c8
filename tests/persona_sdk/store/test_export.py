"""Transcripts as JSON lines."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from persona_sdk.errors import StoreError
from persona_sdk.store import Session, Store, StoredTurn, transcript
from persona_sdk.types import Persona, Reply, Turn


@pytest.fixture
def session(store: Store, persona: Persona, reply: Reply) -> Session:
    opening = [Turn("assistant", "Salut!")]
    session = store.create_session(persona, model="m", guard_mode="off", opening=opening)
    store.append_user(session.id, "Coffee?\nOr ☕?")
    store.append_reply(session.id, reply)
    return session


def test_a_turn_is_one_line_with_its_attempts(store: Store, session: Session) -> None:
    out = io.StringIO()
    assert store.export_jsonl(out) == 3
    opening, question, answer = (json.loads(line) for line in out.getvalue().splitlines())
    assert (opening["role"], opening["outcome"], opening["attempts"]) == ("assistant", None, [])
    assert (question["index"], question["content"]) == (1, "Coffee?\nOr ☕?")
    assert (answer["session"], answer["persona"]) == (session.id, "Élise Moreau")
    assert (answer["outcome"], answer["notes"]) == ("pass", ["2 old turns left the context"])
    assert datetime.fromisoformat(answer["created"]).utcoffset() is not None
    failed, passed = answer["attempts"]
    assert (failed["rung"], failed["verdict"]["outcome"]) == ("draft", "fail")
    assert failed["verdict"]["violations"][0]["statement"]["text"].endswith("drink coffee.")
    assert passed["verdict"]["constraints"][1]["relevance"] == 1 / 3


def test_other_scripts_stay_readable(store: Store, session: Session) -> None:
    out = io.StringIO()
    store.export_jsonl(out)
    assert "☕" in out.getvalue()


def test_a_stream_that_speaks_no_unicode_gets_escapes(store: Store, session: Session) -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="latin-1")
    store.export_jsonl(out)
    out.flush()
    assert json.loads(written.getvalue().splitlines()[1])["content"] == "Coffee?\nOr ☕?"


def test_one_session_is_exported_alone(store: Store, session: Session, persona: Persona) -> None:
    other = store.create_session(persona, model="m", guard_mode="off")
    store.append_user(other.id, "Tea?")
    out = io.StringIO()
    assert store.export_jsonl(out, other.id) == 1
    assert json.loads(out.getvalue())["session"] == other.id


def test_a_long_history_is_not_held_in_memory(store: Store, persona: Persona) -> None:
    opening = (Turn("assistant", f"{number} " + "x" * 10_000) for number in range(2_000))
    store.create_session(persona, model="m", guard_mode="off", opening=opening)
    with open(os.devnull, "w") as out:
        tracemalloc.start()
        try:
            assert store.export_jsonl(out) == 2_000
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8_000_000


def test_a_session_goes_on_while_it_is_exported(store: Store, session: Session) -> None:
    class Lines(io.StringIO):
        def write(self, line: str) -> int:
            if '"index": 0' in line:
                store.append_user(session.id, "and now?")
            return super().write(line)

    assert store.export_jsonl(Lines()) == 3
    assert store.conversation(session.id).query == "and now?"


def test_a_session_that_begins_during_an_export_is_left_for_the_next(
    store: Store, session: Session, persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_turns = transcript.read_turns

    def begin_another(connection: Connection, session_id: str | None) -> Iterator[StoredTurn]:
        opening = [Turn("assistant", "Me too!")]
        store.create_session(persona, model="m", guard_mode="off", opening=opening)
        return read_turns(connection, session_id)

    monkeypatch.setattr(transcript, "read_turns", begin_another)
    out = io.StringIO()
    assert store.export_jsonl(out) == 3
    assert "Me too!" not in out.getvalue()


def test_an_export_replaces_the_file_whole(store: Store, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old\n")
    assert store.export_jsonl(path) == 3
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_failed_export_leaves_the_old_file_and_no_other(
    store: Store, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "out.jsonl").write_text("old\n")
    with pytest.raises(StoreError, match="no session 'x'"):
        store.export_jsonl(folder / "out.jsonl", "x")
    assert [entry.name for entry in folder.iterdir()] == ["out.jsonl"]
    assert (folder / "out.jsonl").read_text() == "old\n"


def test_a_device_is_written_to_not_replaced(
    store: Store, session: Session, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        store.export_jsonl(pipe)
        assert os.read(reader, 1 << 20).count(b"\n") == 3
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_a_folder_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone/x.jsonl: the export cannot be written .*check"):
        store.export_jsonl(tmp_path / "gone" / "x.jsonl")


def test_a_full_disk_is_named(store: Store, session: Session) -> None:
    with pytest.raises(StoreError, match=r"/dev/full: the export cannot be written .*No space"):
        store.export_jsonl(Path("/dev/full"))
