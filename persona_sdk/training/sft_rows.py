"""Rows to imitate: conversations as JSON lines in TRL's conversational form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import Line, read_lines
from persona_sdk.training.preferences.messages import text_fault
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
    if fault := _fault(turns):
        raise RowError(f"{line.place}: {fault}")
    return turns


def _fault(turns: Sequence[Turn]) -> str:
    """Return why a conversation cannot be imitated, empty if it can."""
    roles = [turn.role for turn in turns]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if not spoken or spoken[-1] != "assistant":
        return f"the last message must be the assistant's, roles were: {roles}"
    if "system" in spoken:
        return f"a system message must be the first one, roles were: {roles}"
    if any(a == b for a, b in pairwise(spoken)):
        return f"user and assistant must take turns, roles were: {roles}"
    faults = ((turn.role, text_fault(turn.content)) for turn in turns)
    told = (f"message {n} ({r}) {fault}" for n, (r, fault) in enumerate(faults, start=1) if fault)
    return next(told, "")
