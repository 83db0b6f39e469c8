"""Sessions as rows: ids that people can type, and reading a row back."""

from __future__ import annotations

import difflib
import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from persona_sdk.errors import StoreError
from persona_sdk.store.documents import dump_persona, load_persona, require_text
from persona_sdk.store.schema import sessions, turns
from persona_sdk.store.values import Session
from persona_sdk.types import GuardMode, Persona

_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter is mistaken for a digit."""


def add_session(
    connection: Connection,
    persona: Persona,
    *,
    model: str,
    guard_mode: GuardMode,
    seed: int | None,
    at: datetime,
) -> str:
    """Write a session without turns and return its id."""
    if seed is not None and not -(2**63) <= seed < 2**63:
        raise StoreError(f"the seed must be in [-2^63, 2^63), was: {seed}")
    session_id = _new_id(persona.name)
    row = {
        "id": session_id,
        "persona_name": require_text(persona.name, what="the persona's name"),
        "persona": dump_persona(persona),
        "model": require_text(model, what="the model's name"),
        "guard_mode": guard_mode,
        "seed": seed,
        "created": at,
        "updated": at,
    }
    connection.execute(insert(sessions), row)
    return session_id


def read_session(connection: Connection, session_id: str, *, place: str) -> Session:
    """Return a session; raise a `StoreError` if there is none of that id."""
    row = connection.execute(_counted().where(sessions.c.id == session_id)).one_or_none()
    if row is None:
        raise unknown_session(connection, session_id, place=place)
    return _session(row)


def read_sessions(connection: Connection) -> list[Session]:
    """Return all sessions, the one used last first."""
    return [_session(row) for row in connection.execute(_counted())]


def unknown_session(connection: Connection, session_id: str, *, place: str) -> StoreError:
    """Return the error for an id that does not exist, naming close and recent ones."""
    newest_first = select(sessions.c.id).order_by(sessions.c.updated.desc(), sessions.c.id)
    ids = list(connection.scalars(newest_first))
    close = difflib.get_close_matches(session_id, ids, n=3, cutoff=0.7)
    mend = f"did you mean {' or '.join(close)}?" if close else "name one of these or begin one"
    return StoreError(
        f"{place}: there is no session {session_id!r} (latest: {', '.join(ids[:3]) or 'none'}): "
        + mend
    )


def _counted() -> Select[Any]:
    count = (
        select(func.count())
        .where(turns.c.session_id == sessions.c.id)
        .scalar_subquery()
        .label("turns")
    )
    return select(sessions, count).order_by(sessions.c.updated.desc(), sessions.c.id)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        persona=load_persona(row.persona, where=f"session {row.id}: persona"),
        model=row.model,
        guard_mode=row.guard_mode,
        seed=row.seed,
        created=row.created,
        updated=row.updated,
        turns=row.turns,
    )


def _new_id(name: str) -> str:
    """Return e.g. `captain-nemo-k7f3q2`: the name to know it by, 30 random bits to be alone."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-") or "session"
    return slug + "-" + "".join(secrets.choice(_ID_LETTERS) for _ in range(6))
