"""Where the database is and how to connect to it."""

from __future__ import annotations

import json
import sqlite3
import time
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from persona_sdk.errors import MissingExtra, StoreError
from persona_sdk.home import data_folder, make_private_folder, user_path

FILE_NAME = "sessions.sqlite3"


def default_path() -> Path:
    """Return where sessions go when no place is named.

    `$PERSONA_HOME`, else the user's data folder of the platform (`$XDG_DATA_HOME` on Linux).
    """
    return data_folder() / FILE_NAME


def locate(url_or_path: str | Path | None) -> URL:
    """Return the database URL of a URL, a file path, or nothing: the default file.

    Only the default folder is created, private to the user: transcripts are nobody else's.

    Raises:
        StoreError: An unknown scheme, a database in memory, or a folder that cannot be made.
    """
    if url_or_path is None:
        path = default_path()
        make_private_folder(path.parent)
        return URL.create("sqlite", database=str(path))
    if isinstance(url_or_path, str) and "://" in url_or_path:
        return _with_driver(_parsed(url_or_path))
    return _on_disk(URL.create("sqlite", database=str(user_path(url_or_path))))


def connect(url: URL, *, wait_seconds: float) -> Engine:
    """Return an engine on `url`; nothing is opened yet.

    Args:
        url: As `locate` returns it.
        wait_seconds: How long to wait for a lock of another process, at least 0.

    Raises:
        MissingExtra: PostgreSQL without its driver.
    """
    to_json = partial(json.dumps, ensure_ascii=False, allow_nan=False)
    try:
        engine = create_engine(url, json_serializer=to_json, pool_pre_ping=url.host is not None)
    except ImportError as error:
        raise MissingExtra("psycopg", "postgres") from error
    milliseconds = round(wait_seconds * 1000)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_set_up_sqlite, milliseconds))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", partial(_set_up_postgresql, milliseconds))
    return engine


def shown(url: URL) -> str:
    """Return how errors and people name the database: a file path or a URL without password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text itself may hold a password, so only its scheme is shown.
        scheme = text.split("://", 1)[0]
        raise StoreError(
            f"the {scheme!r} database URL cannot be read:"
            " it must look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from error


def _with_driver(url: URL) -> URL:
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _on_disk(url)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
        return url if "connect_timeout" in url.query else url.update_query_dict(_CONNECT_TIMEOUT)
    raise StoreError(
        f"unknown database scheme {url.drivername!r}:"
        " must be sqlite:///FILE, postgresql://… or the path of a file"
    )


def _on_disk(url: URL) -> URL:
    if url.database in (None, "", ":memory:"):
        raise StoreError(
            f"the database {url.database or ''!r} is in memory and would keep nothing: name a file"
        )
    return url


def _set_up_sqlite(
    milliseconds: int, connection: DBAPIConnection, _record: ConnectionPoolEntry
) -> None:
    # The driver would open transactions by itself, but not before reads: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
    _switch_to_wal(cursor, milliseconds / 1000)
    # FULL, not NORMAL: a turn that was shown also survives a power cut; one fsync a turn is cheap.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor, wait_seconds: float) -> None:
    """Switch the journal; of several processes that try at once, SQLite lets all but one fail."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A writer that began as a reader cannot wait for a lock: it fails at once as soon as another
    # process has written. So writers take the lock first.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _set_up_postgresql(
    milliseconds: int, connection: DBAPIConnection, _record: ConnectionPoolEntry
) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {milliseconds}")
    cursor.close()
    connection.commit()


_CONNECT_TIMEOUT = {"connect_timeout": "10"}
"""Seconds that PostgreSQL may take to answer, unless the URL says otherwise."""
