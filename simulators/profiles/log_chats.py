"""Conversations that are one JSON object each: OpenAI, ShareGPT, turns, and query lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from persona_sdk.types import Role, Turn
from simulators.profiles.log_lines import Json, read_items
from simulators.profiles.log_values import Faults, LoggedConversation

USER_NAMES = frozenset("user human customer client student person prompter me you".split())
"""Names under which logs keep the user, in lower case."""

ASSISTANT_NAMES = frozenset(
    "assistant ai bot gpt chatgpt bing bard claude model chatbot agent system_response".split()
)
SILENT_NAMES = frozenset("system developer tool function observation function_call".split())
"""Messages of these are no turns of the conversation."""

IDS = ("conversation_id", "id", "conversation_hash", "session_id", "uuid")
"""Keys that may hold the id of a conversation, the first one that does."""


class _Broken(Exception):
    """A conversation cannot be read; the message says why."""


def read_openai(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield `{"messages": [{"role", "content"}, …]}`; content may be a list of parts.

    The key may also be `conversation`, as in WildChat.
    """

    def turns_of(row: Json) -> list[Turn]:
        key = "conversation" if "conversation" in row else "messages"
        return _turns(row, key, ("role",), _CONTENT, user)

    return _read(path, faults, turns_of)


def read_sharegpt(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield `{"conversations": [{"from", "value"}, …]}`."""
    return _read(path, faults, lambda row: _turns(row, "conversations", _FROM, _VALUE, user))


def read_turns(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield `{"turns": [{"role", "content" or "text"}, …]}` (MirrorBench, Taskmaster)."""
    return _read(path, faults, lambda row: _turns(row, "turns", _FROM, _CONTENT, user))


def read_queries(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield `{"user_queries": […], "ai_responses": […]}` (SimulatorArena)."""
    return _read(path, faults, _queries)


def _read(
    path: Path, faults: Faults, turns_of: Callable[[Json], list[Turn]]
) -> Iterator[LoggedConversation]:
    for number, (place, row) in enumerate(read_items(path, faults), start=1):
        try:
            turns = turns_of(row)
        except _Broken as error:
            faults.report(place, str(error))
            continue
        yield LoggedConversation(_id(row, path, number), tuple(turns), place)


def _turns(
    row: Json, key: str, speaker_keys: Sequence[str], text_keys: Sequence[str], user: str
) -> list[Turn]:
    messages = row.get(key)
    if not isinstance(messages, list):
        found = ", ".join(row) or "none"
        raise _Broken(f"key {key!r} must hold a list of messages; found keys: {found:.80}")
    turns = []
    for number, message in enumerate(messages, start=1):
        if not isinstance(message, dict):
            raise _Broken(f"message {number} must be an object, was: {message!r:.40}")
        role = _role(message, number, speaker_keys, user)
        text = _text(message, number, text_keys)
        if role is not None and text.strip():
            turns.append(Turn(role, text.strip()))
    return turns


def _role(
    message: Mapping[str, object], number: int, keys: Sequence[str], user: str
) -> Role | None:
    """Return whose turn a message is; None for one that is no turn."""
    name = next((message[key] for key in keys if message.get(key)), None)
    if not isinstance(name, str) or not name.strip():
        raise _Broken(f"message {number} has no {' or '.join(map(repr, keys))}")
    low = name.strip().lower()
    if user:
        names = {low, str(message.get("name") or "").lower()}
        return "user" if user.lower() in names else None if low in SILENT_NAMES else "assistant"
    if low in SILENT_NAMES:
        return None
    if low in USER_NAMES:
        return "user"
    if low in ASSISTANT_NAMES:
        return "assistant"
    raise _Broken(f"message {number} is by {name!r:.40}: say who is the user with --user NAME")


def _text(message: Mapping[str, object], number: int, keys: Sequence[str]) -> str:
    value = next((message[key] for key in keys if message.get(key) is not None), "")
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # parts: text is kept, pictures and sound are not
        texts = [part.get("text", "") if isinstance(part, dict) else part for part in value]
        return "\n".join(text for text in texts if isinstance(text, str) and text)
    raise _Broken(f"message {number} must hold a text, was: {value!r:.40}")


def _queries(row: Json) -> list[Turn]:
    said, answers = row.get("user_queries"), row.get("ai_responses", [])
    if not isinstance(said, list) or not isinstance(answers, list):
        raise _Broken("keys 'user_queries' and 'ai_responses' must hold lists of texts")
    turns = []
    for i, text in enumerate(said):
        turns.append(Turn("user", _query(text)))
        turns += [Turn("assistant", _query(answer)) for answer in answers[i : i + 1]]
    return [turn for turn in turns if turn.content]


def _query(text: object) -> str:
    """Return a turn; a list stands for files that were sent, null for nothing: neither speaks."""
    if text is None or isinstance(text, (str, list)):
        return text.strip() if isinstance(text, str) else ""
    raise _Broken(f"a turn must be a text, was: {text!r:.40}")


def _id(row: Json, path: Path, number: int) -> str:
    found = next((row[key] for key in IDS if isinstance(row.get(key), (str, int))), "")
    return str(found).strip() or f"{path.name.split('.')[0]}-{number}"


_FROM = ("from", "role", "speaker")
_VALUE = ("value", "content", "text")
_CONTENT = ("content", "text", "value")
