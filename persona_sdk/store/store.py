"""The store: one object that keeps sessions, from any thread and beside other processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from sqlalchemy import Connection, Engine, delete, select, update

from persona_sdk.errors import StoreError
from persona_sdk.store import export, schema, transcript
from persona_sdk.store.database import connect, locate, shown
from persona_sdk.store.failures import explained
from persona_sdk.store.sessions import (
    add_session,
    read_session,
    read_sessions,
    unknown_session,
)
from persona_sdk.store.values import Session, StoredTurn
from persona_sdk.types import Attempt, Conversation, GuardMode, Persona, Reply, Turn


class Store:
    """Keeps sessions with their turns, verdicts and attempts.

    Each method is one transaction: it happens whole or not at all, and once it has returned, the
    data is on the disk. Any number of threads may share a store, any number of processes a
    database.

    Args:
        engine: A connected database with the tables in it.
        place: How errors name the database.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> with Store.open(f"{folder.name}/sessions.sqlite3") as store:
        ...     session = store.create_session(Persona("Ada", ()), model="m", guard_mode="off")
        ...     store.append_user(session.id, "Who are you?")
        ...     store.append_reply(session.id, Reply("I am Ada."))
        ...     [turn.content for turn in store.conversation(session.id)]
        ['Who are you?', 'I am Ada.']
        >>> folder.cleanup()
    """

    def __init__(self, engine: Engine, *, place: str) -> None:
        self._engine = engine
        self.place = place

    @classmethod
    def open(cls, url_or_path: str | Path | None = None, *, wait_seconds: float = 5.0) -> Store:
        """Open a database, and create it if it is not there.

        Args:
            url_or_path: A file, `sqlite:///FILE`, `postgresql://…`, or None for `default_path()`.
            wait_seconds: How long to wait for a lock of another process, at least 0.

        Raises:
            StoreError: It cannot be reached, read or written, or another version wrote it.
            MissingExtra: PostgreSQL without its driver.
        """
        url = locate(url_or_path)
        place = shown(url)
        engine = connect(url, wait_seconds=wait_seconds)
        try:
            with explained(place):
                schema.prepare(engine, place=place)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, place=place)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def create_session(
        self,
        persona: Persona,
        *,
        model: str,
        guard_mode: GuardMode,
        seed: int | None = None,
        opening: Iterable[Turn] = (),
    ) -> Session:
        """Begin a session under a new id.

        Args:
            persona: Kept as it is now.
            model: Name of the model, as the user gave it.
            guard_mode: What the guard does.
            seed: In [-2^63, 2^63), or None.
            opening: Turns that stand before the first user turn, such as the greeting.

        Raises:
            StoreError: Nothing was stored.
        """
        now = _now()
        with self._writing() as connection:
            session_id = add_session(
                connection, persona, model=model, guard_mode=guard_mode, seed=seed, at=now
            )
            for index, turn in enumerate(opening):
                transcript.add_turn(connection, session_id, index, turn, at=now)
            return read_session(connection, session_id, place=self.place)

    def session(self, session_id: str) -> Session:
        """Return one session.

        Raises:
            StoreError: No such id; the message names close and recent ones.
        """
        with self._reading() as connection:
            return read_session(connection, session_id, place=self.place)

    def sessions(self) -> list[Session]:
        """Return all sessions, the one used last first."""
        with self._reading() as connection:
            return read_sessions(connection)

    def turns(self, session_id: str) -> list[StoredTurn]:
        """Return the turns of a session in order, with their attempts.

        Raises:
            StoreError: No such session.
        """
        with self._reading() as connection:
            self._require(connection, session_id)
            return list(transcript.read_turns(connection, session_id))

    def conversation(self, session_id: str) -> Conversation:
        """Return what was said: what a model continues.

        After a crash in mid-reply it ends with the user's turn; answer it with `append_reply`.
        """
        with self._reading() as connection:
            self._require(connection, session_id)
            return transcript.read_conversation(connection, session_id)

    def replies(self, session_id: str) -> list[Reply]:
        """Return the character's replies in order, as they were appended."""
        return [stored.reply for stored in self.turns(session_id) if stored.outcome is not None]

    def attempts(self, session_id: str) -> list[Attempt]:
        """Return every draft of a session in order, failed ones included."""
        return [attempt for stored in self.turns(session_id) for attempt in stored.attempts]

    def append_user(self, session_id: str, text: str) -> None:
        """Store what the user says, before the reply is sought: a crash then keeps it.

        Raises:
            StoreError: The user's last turn has no reply yet, or no such session.
        """
        with self._writing_to(session_id) as connection:
            index, role = transcript.last_turn(connection, session_id)
            if role == "user":
                raise StoreError(
                    f"session {session_id!r}: user turn {index} has no reply yet:"
                    " answer it first, or take it back with undo"
                )
            transcript.add_turn(connection, session_id, index + 1, Turn("user", text), at=_now())

    def append_reply(self, session_id: str, reply: Reply) -> None:
        """Store a reply with all its attempts as the answer to the user's last turn.

        Raises:
            StoreError: The last turn is not the user's, or no such session.
        """
        with self._writing_to(session_id) as connection:
            self._add_reply(connection, session_id, reply)

    def replace_reply(self, session_id: str, reply: Reply) -> None:
        """Store a reply in the place of the last one, which is deleted with its attempts.

        Until this has happened whole, the old reply stands. Raises as `append_reply` does.
        """
        with self._writing_to(session_id) as connection:
            index, role = transcript.last_turn(connection, session_id)
            if role == "assistant":
                transcript.remove_from(connection, session_id, index)
            self._add_reply(connection, session_id, reply)

    def undo(self, session_id: str) -> tuple[Turn, ...]:
        """Delete the user's last turn and all after it, for good, and return what was deleted.

        Returns nothing where the user has not spoken: the opening stays.

        Raises:
            StoreError: No such session.
        """
        with self._writing_to(session_id) as connection:
            said = transcript.read_conversation(connection, session_id)
            kept = len(said.before_query)
            transcript.remove_from(connection, session_id, kept)
            return said.turns[kept:]

    def delete(self, session_id: str) -> None:
        """Delete a session with everything in it, for good.

        Raises:
            StoreError: No such session.
        """
        with self._writing_to(session_id) as connection:
            connection.execute(delete(schema.sessions).where(schema.sessions.c.id == session_id))

    def export_jsonl(self, out: Path | TextIO, session_id: str | None = None) -> int:
        """Write one JSON object a turn and return how many; other work may go on meanwhile.

        Args:
            out: A file that is replaced at the end if nothing failed, or an open stream.
            session_id: One session, or all of them.

        Raises:
            StoreError: No such session, or the file cannot be written.
        """
        if isinstance(out, Path):
            with export.replacing(out) as file:
                return self.export_jsonl(file, session_id)
        with self._reading() as connection:
            if session_id is not None:
                self._require(connection, session_id)
            names = connection.execute(select(schema.sessions.c.id, schema.sessions.c.persona_name))
            personas = {row.id: row.persona_name for row in names}
            turns = transcript.read_turns(connection, session_id)
            return export.write_rows(out, turns, personas=personas)

    def _add_reply(self, connection: Connection, session_id: str, reply: Reply) -> None:
        index, role = transcript.last_turn(connection, session_id)
        if role != "user":
            raise StoreError(
                f"session {session_id!r}: there is no user turn to answer"
                f" (role of the last turn: {role or 'none'}): call append_user first"
            )
        transcript.add_reply(connection, session_id, index + 1, reply, at=_now())

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self.place), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                # Else each query would see another state; SQLite holds one by itself.
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self.place), self._engine.connect() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _writing_to(self, session_id: str) -> Iterator[Connection]:
        """Open a transaction that holds the session: others wait for it to end."""
        with self._writing() as connection:
            touched = connection.execute(
                update(schema.sessions)
                .where(schema.sessions.c.id == session_id)
                .values(updated=_now())
            )
            if touched.rowcount == 0:
                raise unknown_session(connection, session_id, place=self.place)
            yield connection

    def _require(self, connection: Connection, session_id: str) -> None:
        found = select(schema.sessions.c.id).where(schema.sessions.c.id == session_id)
        if connection.execute(found).one_or_none() is None:
            raise unknown_session(connection, session_id, place=self.place)


def _now() -> datetime:
    return datetime.now(UTC)
