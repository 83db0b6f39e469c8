"""What a failing database means for the user: one message with the place and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from persona_sdk.errors import StoreError

LOCKED = "another process keeps the database locked: wait for it or close it, then try again"
FULL = "the disk is full: make room and try again; what was stored before is safe"
READ_ONLY = "the database may not be written: check its permissions and those of its folder"
CANNOT_OPEN = (
    "the file cannot be opened: check that its folder exists and that you may read and write there"
)
DAMAGED = (
    "the file is damaged: restore a backup, or move it away to start afresh"
    " (`sqlite3 FILE .recover` saves what can be read)"
)
NOT_A_DATABASE = "the file is no SQLite database: name another one, or move this one away"

BY_SQLITE_NAME = (
    ("SQLITE_BUSY", LOCKED),
    ("SQLITE_LOCKED", LOCKED),
    ("SQLITE_PROTOCOL", LOCKED),
    ("SQLITE_FULL", FULL),
    ("SQLITE_READONLY", READ_ONLY),
    ("SQLITE_PERM", READ_ONLY),
    ("SQLITE_CANTOPEN", CANNOT_OPEN),
    ("SQLITE_CORRUPT", DAMAGED),
    ("SQLITE_IOERR_CORRUPTFS", DAMAGED),
    ("SQLITE_NOTADB", NOT_A_DATABASE),
    ("SQLITE_IOERR", "the disk failed: check it, and its free space"),
)
"""Prefixes of the extended result code names (sqlite.org/rescode.html), first match counts."""

BY_SQLSTATE = (
    ("55P03", LOCKED),
    ("40", LOCKED),
    ("53100", FULL),
    ("25006", READ_ONLY),
    ("42501", "this user may not do that: grant it the rights on the database"),
)
"""Prefixes of PostgreSQL error codes, first match counts."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn every error of the database at `place` into a `StoreError`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(f"{place}: {_explain(error)}") from error


def _explain(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError) or error.orig is None:
        return _first_line(error)
    # Drivers add these to some of their errors only, and one driver need not be installed.
    name: str = getattr(error.orig, "sqlite_errorname", None) or ""
    state: str = getattr(error.orig, "sqlstate", None) or ""
    for code, table in ((name, BY_SQLITE_NAME), (state, BY_SQLSTATE)):
        for prefix, meaning in table:
            if code.startswith(prefix):
                return meaning
    if not name and not state and not error.statement:
        return (
            f"the server cannot be reached or refuses ({_first_line(error.orig)}):"
            " check that it runs, and the host, port, user, password and database of the URL"
        )
    return _first_line(error.orig)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
