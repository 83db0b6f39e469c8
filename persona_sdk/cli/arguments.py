"""Text from outside: a shell passes any bytes on, we take UTF-8."""

from __future__ import annotations

import sys

import typer

from persona_sdk.errors import RowError


def utf8(value: str | None) -> str | None:
    """Refuse other bytes; the `callback` of arguments and options that are no file names.

    Raises:
        typer.BadParameter: There are such bytes; Typer adds the name of the option.
    """
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        bad = error.object[error.start]
        raise typer.BadParameter(f"{bad!a} is not UTF-8: write whole characters") from error
    return value


def standard_input() -> str:
    """Return all of standard input.

    Raises:
        RowError: It is not UTF-8.
    """
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = error.object[error.start : error.end]
        raise RowError(
            f"standard input: byte {error.start + 1} is not UTF-8, was: {bad!r}: send UTF-8"
        ) from error
