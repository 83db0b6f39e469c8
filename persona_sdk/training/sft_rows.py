"""Rows to imitate: conversations as JSON lines in TRL's conversational form."""

from __future__ import annotations

from pathlib import Path

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import Line, read_lines
from persona_sdk.training.preferences.messages import conversation_fault
from persona_sdk.training.preferences.rows import turns_of
from persona_sdk.types import Turn


def read_sft_rows(path: Path) -> list[tuple[Turn, ...]]:
    """Read `{"messages": [{"role", "content"}, ...]}` lines; other keys of a row are ignored.

    Raises:
        RowError: A line that is no such row, or the file cannot be read; says file and line.
    """
    try:
        return [_conversation(line) for line in read_lines(path)]
    except OSError as error:
        raise RowError(f"{path} cannot be read: {error.strerror or error}") from error


def _conversation(line: Line) -> tuple[Turn, ...]:
    if "messages" not in line.fields:
        raise RowError(f"{line.place}: a row is an object with `messages`")
    turns = turns_of(line, "messages")
    if fault := conversation_fault(turns):
        raise RowError(f"{line.place}: {fault}")
    return turns
