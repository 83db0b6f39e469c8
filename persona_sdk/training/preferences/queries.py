"""Queries from a file: one a line, or JSON lines with the turns before each."""

from __future__ import annotations

from pathlib import Path

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import Line, read_lines, read_texts, shown
from persona_sdk.training.preferences.messages import prompt_fault, text_fault
from persona_sdk.training.preferences.rows import check_keys, turns_of
from persona_sdk.types import Conversation


def read_queries(path: str | Path) -> list[Conversation]:
    """Read what to ask a character.

    A file whose name ends in `.jsonl` holds `{"query": …, "history": [messages …]}` a line, the
    history being optional; any other holds a query a line. Both may be gzipped (`.gz`).

    Raises:
        RowError: A row that is no query, named with file and line.
        OSError: The file cannot be read.
    """
    if str(path).removesuffix(".gz").endswith(".jsonl"):
        return [_asked(line) for line in read_lines(path)]
    found = []
    for text, place in read_texts(path):
        if fault := text_fault(text):
            raise RowError(f"{place}: the query {fault}")
        found.append(Conversation().add("user", text.strip()))
    return found


def _asked(line: Line) -> Conversation:
    check_keys(line, ("query",), ("history",))
    query = line.fields["query"]
    if not isinstance(query, str):
        raise RowError(f"{line.place}: query: must be a text, was: {shown(query)}")
    before = turns_of(line, "history") if "history" in line.fields else ()
    asked = Conversation(before).add("user", query)
    if fault := prompt_fault(asked.turns):
        raise RowError(f"{line.place}: {fault}")
    if before and before[0].role == "system":
        raise RowError(f"{line.place}: history: leave the system turn out, the persona is it")
    return asked
