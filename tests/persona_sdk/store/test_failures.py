"""A database that fails: one clear error with the place and the mend, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from persona_sdk.errors import MissingExtra, StoreError
from persona_sdk.store import Session, Store
from persona_sdk.types import Persona, Reply


def _begin(store: Store, persona: Persona) -> Session:
    return store.create_session(persona, model="builtin", guard_mode="enforce")


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Root may write everywhere, so give its rights up for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.sqlite3"


def test_a_locked_database_says_so_and_the_next_try_succeeds(path: Path, persona: Persona) -> None:
    with Store.open(path, wait_seconds=0.05) as store:
        session = _begin(store, persona)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=f"{path}: another process keeps .* locked: wait"):
                store.append_user(session.id, "Coffee?")
            other.execute("ROLLBACK")
        store.append_user(session.id, "Coffee?")


def test_a_locked_postgresql_row_says_so(postgresql_url: str, persona: Persona) -> None:
    import psycopg

    with Store.open(postgresql_url, wait_seconds=0.05) as store:
        session = _begin(store, persona)
        with psycopg.connect(postgresql_url) as other:
            other.execute("SELECT * FROM sessions FOR UPDATE")
            with pytest.raises(StoreError, match=r"another process keeps .* locked: wait"):
                store.append_user(session.id, "Coffee?")
        store.append_user(session.id, "Coffee?")


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match=f"{path}: the file is no SQLite database: name another"):
        Store.open(path)
    assert path.read_text() == "Dear diary, " * 100


def test_a_damaged_file_says_how_to_save_what_is_left(
    path: Path, persona: Persona, reply: Reply
) -> None:
    with Store.open(path) as store:
        session = _begin(store, persona)
        for number in range(20):
            store.append_user(session.id, str(number))
            store.append_reply(session.id, reply)
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    damaged = pytest.raises(StoreError, match=f"{path}: the file is damaged: restore a backup")
    with damaged, Store.open(path) as store:
        store.turns(session.id)


def test_a_truncated_file_is_reported_as_damaged(path: Path, persona: Persona) -> None:
    with Store.open(path) as store:
        session = _begin(store, persona)
    os.truncate(path, 8192)
    damaged = pytest.raises(StoreError, match=f"{path}: the file is damaged")
    with damaged, Store.open(path) as store:
        store.session(session.id)


def test_a_persona_changed_by_hand_is_named(path: Path, persona: Persona) -> None:
    with Store.open(path) as store:
        session = _begin(store, persona)
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("""UPDATE sessions SET persona = '{"name": "A", "statements": 3}'""")
        with pytest.raises(
            StoreError, match=f"session {session.id}: persona: statements: .*was: 3"
        ):
            store.session(session.id)


def test_a_full_disk_keeps_what_was_stored(persona: Persona, reply: Reply) -> None:
    with _small_disk() as folder, Store.open(folder / "sessions.sqlite3") as store:
        session = _begin(store, persona)
        stored = 0
        with pytest.raises(StoreError, match=r"the disk is full: make room"):
            for number in range(10_000):
                store.append_user(session.id, str(number))
                store.append_reply(session.id, reply)
                stored += 1
        assert store.replies(session.id) == [reply] * stored
        (folder / "ballast").unlink()
        store.undo(session.id)
        store.append_user(session.id, "now there is room")
        store.append_reply(session.id, reply)
        assert len(store.replies(session.id)) >= stored


@contextmanager
def _small_disk() -> Iterator[Path]:
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root can mount a small file system to fill")
    folder = Path(tempfile.mkdtemp())
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder])
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("this machine does not let us mount a small file system")
    try:
        (folder / "ballast").write_bytes(bytes(512 * 1024))
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def test_a_folder_that_may_not_be_written_is_named() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    try:
        with (
            _ordinary_user(),
            pytest.raises(StoreError, match=f"{folder}.*cannot be opened: check"),
        ):
            Store.open(folder / "sessions.sqlite3")
    finally:
        folder.rmdir()


def test_a_database_that_may_not_be_written_says_so(persona: Persona) -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    path = folder / "sessions.sqlite3"
    Store.open(path).close()
    path.chmod(0o444)
    refused = pytest.raises(StoreError, match=f"{path}: the database may not be written: check")
    try:
        with _ordinary_user(), refused, Store.open(path) as store:
            _begin(store, persona)
    finally:
        shutil.rmtree(folder)


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/s.sqlite3: the file cannot be opened: check"):
        Store.open(tmp_path / "nowhere" / "s.sqlite3")
    assert not (tmp_path / "nowhere").exists()


def test_a_database_of_another_version_is_left_alone(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE faithful_persona_schema SET version = 99")
    with pytest.raises(StoreError, match=r"version 99, this program reads 1: use the faithful"):
        Store.open(path)


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE sessions (cookie TEXT)")
    with pytest.raises(StoreError, match="table 'sessions' belongs to another program: name"):
        Store.open(path)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://me:secret@host/x", "unknown database scheme 'mysql': must be sqlite"),
        ("postgresql://me:secret@host:port/x", "'postgresql' database URL cannot be read"),
        ("://", "cannot be read"),
        ("sqlite://", "in memory and would keep nothing: name a file"),
        (":memory:", "in memory and would keep nothing: name a file"),
    ],
)
def test_a_place_that_makes_no_sense_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: "postgresql://me:secret@127.0.0.1:1/x", "refused"),
        (lambda url: url.replace("tester@", "nobody-knows-me:secret@"), "does not exist"),
        (lambda url: url.rsplit("/", 1)[0] + "/no_such_database", "does not exist"),
    ],
)
def test_a_postgresql_that_refuses_is_named_without_the_password(
    postgresql_server: str, change, reason: str
) -> None:
    url = change(postgresql_server)
    with pytest.raises(StoreError, match=rf"refuses \(.*{reason}.*: check that it runs") as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)
    assert url.rsplit("@", 1)[1].split("/")[0] in str(caught.value)


def test_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'faithful-persona\[postgres\]'"):
        Store.open("postgresql://127.0.0.1/x")
