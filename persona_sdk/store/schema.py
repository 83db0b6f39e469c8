"""The tables, and the version that says who may read them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Dialect,
    Double,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import TypeDecorator

from persona_sdk.errors import StoreError

VERSION = 1
"""Raised with every change of a table that an older program would read wrongly."""

_CREATION_LOCK = 0x66_70_31
"""Key of the PostgreSQL advisory lock under which one process creates the tables."""

metadata = MetaData()


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time in UTC: SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


version = Table("faithful_persona_schema", metadata, Column("version", Integer, nullable=False))

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("persona_name", Text, nullable=False),
    Column("persona", JSON, nullable=False),
    Column("model", Text, nullable=False),
    Column("guard_mode", String(16), nullable=False),
    Column("seed", BigInteger),
    Column("created", UTCDateTime, nullable=False),
    Column("updated", UTCDateTime, nullable=False, index=True),
)

turns = Table(
    "turns",
    metadata,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("outcome", String(16)),
    Column("notes", JSON, nullable=False),
    Column("created", UTCDateTime, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("turn_index", Integer, primary_key=True, autoincrement=False),
    Column("order", Integer, primary_key=True, autoincrement=False),
    Column("draft", Text, nullable=False),
    Column("rung", String(16), nullable=False),
    Column("verdict", JSON, nullable=False),
    Column("generate_seconds", Double, nullable=False),
    Column("check_seconds", Double, nullable=False),
    ForeignKeyConstraint(
        ["session_id", "turn_index"], ["turns.session_id", "turns.index"], ondelete="CASCADE"
    ),
)


def prepare(engine: Engine, *, place: str) -> None:
    """Create the tables in an empty database; check the version of any other.

    Args:
        engine: A connected database.
        place: How errors name it.

    Raises:
        StoreError: Another version, or another program's tables.
    """
    with engine.connect() as connection, connection.begin():
        if _is_current(connection, place):
            return
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
        # Another process may have created them while this one waited for the lock.
        if not _is_current(connection, place):
            metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(version).values(version=VERSION))


def _is_current(connection: Connection, place: str) -> bool:
    """Say whether the tables are there, in this version; raise if they are in the way."""
    there = set(inspect(connection).get_table_names())
    if version.name not in there:
        if taken := sorted(there & set(metadata.tables)):
            raise StoreError(
                f"{place}: its table {taken[0]!r} belongs to another program: name another database"
            )
        return False
    found = connection.execute(select(func.max(version.c.version))).scalar_one()
    if found != VERSION:
        raise StoreError(
            f"{place}: the schema has version {found}, this program reads {VERSION}:"
            " use the faithful-persona that wrote it, or name another database"
        )
    return True
