"""Turns and their attempts as rows: written inside one transaction, read in one ordered query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select

from persona_sdk.store.documents import dump_verdict, load_verdict, require_text
from persona_sdk.store.schema import attempts, turns
from persona_sdk.store.values import StoredTurn
from persona_sdk.types import Attempt, Conversation, Reply, Turn

_ROWS_AT_A_TIME = 64


def last_turn(connection: Connection, session_id: str) -> tuple[int, str | None]:
    """Return index and role of the last turn; -1 and None before the first."""
    row = connection.execute(
        select(turns.c.index, turns.c.role)
        .where(turns.c.session_id == session_id)
        .order_by(turns.c.index.desc())
        .limit(1)
    ).one_or_none()
    return (-1, None) if row is None else (row[0], row[1])


def add_turn(
    connection: Connection, session_id: str, index: int, turn: Turn, *, at: datetime
) -> None:
    """Write a turn that no guard has checked: the user's, or the opening."""
    connection.execute(insert(turns), _turn_row(session_id, index, turn, at))


def add_reply(
    connection: Connection, session_id: str, index: int, reply: Reply, *, at: datetime
) -> None:
    """Write a reply and every attempt behind it."""
    row = _turn_row(session_id, index, Turn("assistant", reply.text), at)
    row |= {"outcome": reply.outcome, "notes": list(reply.notes)}
    connection.execute(insert(turns), row)
    if reply.attempts:
        connection.execute(insert(attempts), _attempt_rows(session_id, index, reply.attempts))


def remove_from(connection: Connection, session_id: str, index: int) -> None:
    """Delete the turn at `index` and all after it; their attempts go with them."""
    connection.execute(
        delete(turns).where(turns.c.session_id == session_id, turns.c.index >= index)
    )


def read_conversation(connection: Connection, session_id: str) -> Conversation:
    """Return what was said, without reading the attempts."""
    said = connection.execute(
        select(turns.c.role, turns.c.content)
        .where(turns.c.session_id == session_id)
        .order_by(turns.c.index)
    )
    return Conversation(tuple(Turn(role, content) for role, content in said))


def read_turns(connection: Connection, session_id: str | None) -> Iterator[StoredTurn]:
    """Yield turns in order, of one session or of all, a few rows in memory at a time."""
    query = _joined()
    if session_id is not None:
        query = query.where(turns.c.session_id == session_id)
    rows = connection.execute(query, execution_options={"yield_per": _ROWS_AT_A_TIME}).mappings()
    for _, group in groupby(rows, key=lambda row: (row["session_id"], row["index"])):
        yield _stored_turn(list(group))


def _joined() -> Select[Any]:
    """Turns with their attempts, one row an attempt, in the order of the primary keys."""
    return (
        select(
            turns,
            *(column for column in attempts.c if column.name not in ("session_id", "turn_index")),
        )
        .outerjoin(attempts)
        .order_by(turns.c.session_id, turns.c.index, attempts.c.order)
    )


def _turn_row(session_id: str, index: int, turn: Turn, at: datetime) -> dict[str, Any]:
    content = require_text(turn.content, what=f"the {turn.role} turn {index} of {session_id}")
    return {
        "session_id": session_id,
        "index": index,
        "role": turn.role,
        "content": content,
        "outcome": None,
        "notes": [],
        "created": at,
    }


def _attempt_rows(session_id: str, index: int, tried: Sequence[Attempt]) -> list[dict[str, Any]]:
    return [
        {
            "session_id": session_id,
            "turn_index": index,
            "order": order,
            "draft": require_text(attempt.draft, what=f"draft {order} of turn {index}"),
            "rung": attempt.rung,
            "verdict": dump_verdict(attempt.verdict),
            "generate_seconds": attempt.generate_seconds,
            "check_seconds": attempt.check_seconds,
        }
        for order, attempt in enumerate(tried)
    ]


def _stored_turn(rows: list[RowMapping]) -> StoredTurn:
    first = rows[0]
    return StoredTurn(
        session=first["session_id"],
        index=first["index"],
        turn=Turn(first["role"], first["content"]),
        created=first["created"],
        outcome=first["outcome"],
        notes=tuple(first["notes"]),
        attempts=tuple(_attempt(row) for row in rows if row["order"] is not None),
    )


def _attempt(row: RowMapping) -> Attempt:
    where = f"session {row['session_id']}, turn {row['index']}, attempt {row['order']}: verdict"
    return Attempt(
        draft=row["draft"],
        verdict=load_verdict(row["verdict"], where=where),
        rung=row["rung"],
        generate_seconds=row["generate_seconds"],
        check_seconds=row["check_seconds"],
    )
