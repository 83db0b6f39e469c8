"""Rows to imitate: conversations as JSON lines in TRL's conversational form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.messages import template_mark
from persona_sdk.types import Turn

Conversations = Sequence[tuple[Turn, ...]]
"""Each of them ends with an assistant turn."""


def read_sft_rows(path: Path) -> list[tuple[Turn, ...]]:
    """Read `{"messages": [{"role", "content"}, ...]}` lines; other keys are ignored.

    Raises:
        RowError: A line that is no such row, or the file cannot be read; says file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RowError(f"{path} cannot be read as UTF-8 text: {error}") from error
    rows = [
        _read_row(line, f"{path}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not rows:
        raise RowError(f"{path} holds no rows: write one JSON object with `messages` a line")
    return rows


def check_conversation(turns: Sequence[Turn], place: str) -> None:
    """Check what a model is to imitate.

    Args:
        turns: At most one system turn, at the head; then user and assistant in turn.
        place: Where the conversation stands, for the error.

    Raises:
        RowError: Wrong roles, an empty turn, no last assistant turn, or an applied template.
    """
    roles = [turn.role for turn in turns]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if not spoken or spoken[-1] != "assistant":
        raise RowError(f"{place}: the last message must be the assistant's, roles were: {roles}")
    if "system" in spoken:
        raise RowError(f"{place}: a system message must be the first one, roles were: {roles}")
    if any(a == b for a, b in pairwise(spoken)):
        raise RowError(f"{place}: user and assistant must take turns, roles were: {roles}")
    check_texts(turns, place)


def check_texts(turns: Iterable[Turn], place: str) -> None:
    """Check that no turn is empty and none was rendered by a chat template before.

    Raises:
        RowError: One is or was.
    """
    for number, turn in enumerate(turns, start=1):
        if not turn.content.strip():
            raise RowError(f"{place}: message {number} ({turn.role}) is empty")
        if mark := template_mark(turn.content):
            raise RowError(
                f"{place}: message {number} ({turn.role}) holds {mark!r}: a chat template was "
                "applied already; give the plain texts, the training applies the model's own"
            )


def as_turns(messages: Any, place: str) -> tuple[Turn, ...]:
    """Read a list of `{"role", "content"}` objects.

    Raises:
        RowError: It is no such list.
    """
    if not isinstance(messages, list) or not messages:
        raise RowError(f"{place}: expected a list of messages, was: {messages!r}")
    return tuple(_as_turn(message, place) for message in messages)


def _as_turn(message: Any, place: str) -> Turn:
    if not isinstance(message, dict) or not isinstance(message.get("content"), str):
        raise RowError(f"{place}: a message needs `role` and a text `content`, was: {message!r}")
    role = message.get("role")
    if role not in ("system", "user", "assistant"):
        raise RowError(f"{place}: role must be system, user or assistant, was: {role!r}")
    return Turn(role, message["content"])


def _read_row(line: str, place: str) -> tuple[Turn, ...]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise RowError(f"{place}: no JSON: {error}") from error
    if not isinstance(row, dict) or "messages" not in row:
        raise RowError(f"{place}: a row is an object with `messages`")
    turns = as_turns(row["messages"], place)
    check_conversation(turns, place)
    return turns
