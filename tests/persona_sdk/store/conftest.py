"""A database of each kind, and a reply with everything in it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from persona_sdk.store import Store
from persona_sdk.types import (
    Attempt,
    ConstraintScore,
    Entailment,
    Persona,
    Reply,
    Verdict,
    Violation,
    as_statements,
)

PERSONA = Persona(
    "Élise Moreau",
    as_statements(["Élise is a guitarist.", "Élise does not drink coffee."], hard=[0]),
    greeting="Salut!",
    voice=("short sentences",),
    scenario="A café in Lyon.",
)


@pytest.fixture
def persona() -> Persona:
    return PERSONA


@pytest.fixture
def reply() -> Reply:
    """A repaired reply: a draft that failed on a violation, and the one that passed."""
    music, coffee = PERSONA.statements
    wrong = ConstraintScore(coffee, 0.1 + 0.2, Entailment(0.875, 0.1, 0.025))
    right = ConstraintScore(coffee, 1 / 3, Entailment(0.01, 0.04, 0.95))
    other = ConstraintScore(music, 1e-9, Entailment(0.0, 1.0, 0.0))
    violation = Violation(coffee, "I love coffee!", 4, 18, "speech", 0.875, 0.5, 0.3, "toy-nli")
    failed = Verdict(
        "fail", (other, wrong), (violation,), 1.2345678901234567, -0.2, None, "a violation"
    )
    passed = Verdict("pass", (other, right), (), 1.9, 0.3, 0.75)
    return Reply(
        "I never touch coffee. ☕",
        (
            Attempt("Oh, I love coffee!", failed, "draft", 1.5, 0.125),
            Attempt("I never touch coffee. ☕", passed, "hint", 0.1 + 0.7, 0.0),
        ),
        "pass",
        ("2 old turns left the context",),
    )


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own on a loopback port."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install -e '.[postgres]'")
    programs = _postgresql_programs()
    folder = Path(tempfile.mkdtemp(prefix="faithful-persona-postgresql-"))
    user = _server_user()
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            user=user,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "-U", "tester", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
    run("pg_ctl", "start", "-w", "-l", "log", "-o", f"-F -h 127.0.0.1 -p {port} -k {folder}")
    try:
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """The URL of an empty PostgreSQL database."""
    import psycopg

    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgresql_server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, one kind after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sessions.sqlite3"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if (initdb := shutil.which("initdb")) is not None:
        return Path(initdb).resolve().parent
    pytest.skip("no PostgreSQL server is installed: run tests/install_postgresql.sh")


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
