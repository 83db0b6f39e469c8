"""Reads the turns before a query: a JSON list, or a file that holds one or a turn a line."""

from __future__ import annotations

from pathlib import Path

from persona_sdk.cli.rows import check_row, parse, read_rows
from persona_sdk.cli.schemas import HistoryTurn
from persona_sdk.errors import RowError
from persona_sdk.types import Turn


def read_history(source: str) -> tuple[Turn, ...]:
    """Return the turns that `source` holds, oldest first.

    Args:
        source: JSON that starts with `[`, or the path of a `.json` or `.jsonl` file.

    Raises:
        RowError: A turn breaks the schema.
        OSError: The file cannot be read.

    Example:
        >>> read_history('[{"role": "user", "content": "Hello!"}]')
        (Turn(role='user', content='Hello!'),)
    """
    if source.lstrip().startswith("["):
        return _from_list(source, "--history")
    if source.endswith((".jsonl", ".jsonl.gz")):
        return tuple(row.value.as_turn() for row in read_rows(source, HistoryTurn))
    try:
        return _from_list(Path(source).read_text(encoding="utf-8-sig"), source)
    except UnicodeDecodeError as error:
        raise RowError(f"{source}: is not UTF-8: save it as UTF-8") from error


def _from_list(text: str, place: str) -> tuple[Turn, ...]:
    turns = parse(text, place, kind=list)
    return tuple(
        check_row(turn, HistoryTurn, f"{place}: turn {number}").as_turn()
        for number, turn in enumerate(turns, start=1)
    )
