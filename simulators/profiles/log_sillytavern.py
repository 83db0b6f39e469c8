"""SillyTavern chats: one file a conversation, one message a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from persona_sdk.types import Turn
from simulators.profiles.log_lines import Item, read_items
from simulators.profiles.log_values import Faults, LoggedConversation


def read_sillytavern(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield the conversation of a file: a head line, then `{"name", "is_user", "mes"}` lines.

    A broken line is a fault of its own; the rest of the conversation is kept. Hidden and system
    messages are no turns.
    """
    turns = []
    place = f"{path}:1"
    for item in read_items(path, faults):
        if "mes" not in item.value and "chat_metadata" in item.value:
            continue
        turn = _turn(item, user, faults)
        if turn is not None and turn.content:
            turns.append(turn)
    yield LoggedConversation(path.name.removesuffix(".gz").rsplit(".", 1)[0], tuple(turns), place)


def _turn(item: Item, user: str, faults: Faults) -> Turn | None:
    row = item.value
    text, is_user = row.get("mes"), row.get("is_user")
    if row.get("is_system"):
        return None
    if not isinstance(text, str):
        faults.report(item.place, f"key 'mes' must hold a text; found keys: {', '.join(row):.80}")
        return None
    if user:
        is_user = str(row.get("name", "")).lower() == user.lower()
    if not isinstance(is_user, bool):
        faults.report(item.place, "key 'is_user' must be true or false")
        return None
    return Turn("user" if is_user else "assistant", text.strip())
