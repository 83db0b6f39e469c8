"""Reads chat logs in the formats that people have them in; only user turns make a profile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

from persona_sdk.errors import RowError
from simulators.profiles.log_chats import read_openai, read_queries, read_sharegpt, read_turns
from simulators.profiles.log_lines import read_items, read_lines
from simulators.profiles.log_sillytavern import read_sillytavern
from simulators.profiles.log_text import read_text
from simulators.profiles.log_values import Faults, Log, LoggedConversation, OnError

LogFormat = Literal["openai", "sharegpt", "sillytavern", "turns", "queries", "text"]
"""`turns` is MirrorBench's and Taskmaster's, `queries` SimulatorArena's (docs/users.md)."""

FORMATS: tuple[LogFormat, ...] = get_args(LogFormat)


def read_logs(
    path: str | Path,
    *,
    form: LogFormat | None = None,
    user: str = "",
    on_error: OnError = "refuse",
) -> Log:
    """Read every conversation of a file that has a user turn.

    Args:
        path: The log, gzipped if its name ends in `.gz`.
        form: Its format; None finds it out from the first object.
        user: Name or role of the user, where the log does not call him user, human, …
        on_error: Whether broken lines and conversations without a user turn are refused, or left
            out and told in `Log.skipped`.

    Raises:
        RowError: Something is refused, or there is no conversation at all; says `file:line`.
        OSError: The file cannot be read.
    """
    path = Path(path)
    faults = Faults(on_error)
    found = list(_checked(_READERS[form or format_of(path)](path, user, faults), user, faults))
    if not found:
        raise RowError(f"{path}: holds no conversation with a user turn, {_why(faults)}")
    return Log(tuple(_unique(found)), tuple(faults.skipped))


def format_of(path: Path) -> LogFormat:
    """Tell the format of a log from its first object; what is no JSON is text.

    Raises:
        RowError: It is JSON of no known shape; the message lists the formats.
        OSError: The file cannot be read.
    """
    if not _looks_like_json(path):
        return "text"
    faults = Faults("skip")
    firsts = [set(item.value) for item in islice(read_items(path, faults), 2)]
    for keys in firsts:
        for key, form in _KEYS.items():
            if key in keys:
                return form
    if not firsts:
        raise RowError(f"{path}: holds no conversation, {_why(faults)}")
    found = ", ".join(sorted(firsts[0]))
    raise RowError(
        f"{path}: is no known log, found: {found:.80}: name one of {', '.join(FORMATS)} "
        "with --format"
    )


def _looks_like_json(path: Path) -> bool:
    heads = (line.text.strip() for line in read_lines(path, Faults("skip")))
    first = next((head for head in heads if head), "")
    if not first.startswith(("{", "[")):
        return ".json" in "".join(path.suffixes)
    if first.startswith("{") or first == "[":
        return True
    try:
        json.loads(first)
    except (ValueError, RecursionError):  # `[12:30] Ann: hi` is a time stamp
        return first.startswith(("[{", "[["))
    return True


def _checked(
    found: Iterable[LoggedConversation], user: str, faults: Faults
) -> Iterator[LoggedConversation]:
    for one in found:
        if one.said:
            yield one
        elif not one.turns:
            faults.report(one.place, "the conversation has no turns")
        else:
            named = f" by {user!r}" if user else ""
            faults.report(one.place, f"the conversation has no user turn{named}")


def _unique(found: Iterable[LoggedConversation]) -> Iterator[LoggedConversation]:
    """Give an id that has been seen before a number: nothing is lost."""
    seen: dict[str, int] = {}
    for one in found:
        seen[one.id] = seen.get(one.id, 0) + 1
        yield one if seen[one.id] == 1 else replace(one, id=f"{one.id}-{seen[one.id]}")


def _why(faults: Faults) -> str:
    if not faults.skipped:
        return "the file is empty"
    place, reason = faults.skipped[0]
    return f"{len(faults.skipped)} left out, the first at {place}: {reason}"


_Reader = Callable[[Path, str, Faults], Iterator[LoggedConversation]]

_READERS: dict[LogFormat, _Reader] = {
    "openai": read_openai,
    "sharegpt": read_sharegpt,
    "sillytavern": read_sillytavern,
    "turns": read_turns,
    "queries": read_queries,
    "text": read_text,
}
_KEYS: dict[str, LogFormat] = {
    "messages": "openai",
    "conversation": "openai",
    "conversations": "sharegpt",
    "turns": "turns",
    "user_queries": "queries",
    "is_user": "sillytavern",
}
