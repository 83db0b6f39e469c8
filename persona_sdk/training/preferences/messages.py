"""What a chat template can take: the order of roles, and texts that no template has touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import get_args

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import shown
from persona_sdk.types import Role, Turn

_MARKS = re.compile(
    r"<\|\s*[\w.-]+\s*\|>"  # <|im_start|>, <|eot_id|>, <|user|>
    r"|<｜[^｜<>]{1,40}｜>"
    r"|\[/?INST\]|<</?SYS>>|</?s>|<(?:bos|eos|pad|unk)>|<(?:start|end)_of_turn>"
)
"""What the templates of the common model families put around a turn."""


def template_mark(text: str) -> str:
    """Return the first mark of a chat template in `text`, empty if there is none.

    Example:
        >>> template_mark("<|im_start|>user")
        '<|im_start|>'
    """
    if "<" not in text and "[" not in text:
        return ""
    found = _MARKS.search(text)
    return found[0] if found else ""


def text_fault(text: str) -> str:
    """Return why `text` cannot be learned as a turn, empty if it can."""
    if not text.strip():
        return "is empty: leave the row out"
    if mark := template_mark(text):
        return f"holds {mark!r}: give plain texts, the training applies the chat template itself"
    return ""


def prompt_fault(prompt: Sequence[Turn]) -> str:
    """Return why `prompt` cannot be the prompt of a reply, empty if it can.

    A system turn may come first; then user and assistant alternate, and the user has the last word.
    """
    if not prompt:
        return "is empty: it must end with a user turn"
    first = 1 if prompt[0].role == "system" else 0
    for number, turn in enumerate(prompt[first:], start=first):
        wanted = "assistant" if (number - first) % 2 else "user"
        if turn.role == "system":
            return f"turn {number} is a system turn: only the first may be one"
        if turn.role != wanted:
            return f"turn {number} must be the {wanted}'s, was: {turn.role!r}"
    if prompt[-1].role != "user":
        return f"must end with a user turn, was: {prompt[-1].role!r}"
    faults = ((number, text_fault(turn.content)) for number, turn in enumerate(prompt))
    return next((f"turn {number} {fault}" for number, fault in faults if fault), "")


def conversation_fault(turns: Sequence[Turn]) -> str:
    """Return why a conversation cannot be imitated, empty if it can."""
    roles = [turn.role for turn in turns]
    if strange := [role for role in roles if role not in get_args(Role)]:
        return f"a role is one of {', '.join(get_args(Role))}, was: {strange[0]!r}"
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


def pair_fault(prompt: Sequence[Turn], chosen: str, rejected: str) -> str:
    """Return why nothing can be learned from two replies to a prompt, empty if something can."""
    if fault := prompt_fault(prompt):
        return f"prompt: {fault}"
    for name, text in (("chosen", chosen), ("rejected", rejected)):
        if fault := text_fault(text):
            return f"{name}: {fault}"
    if chosen.strip() == rejected.strip():
        return f"chosen and rejected are the same text, {shown(chosen)}: leave the row out"
    return ""


def refuse_faulty(name: str, faults: Iterable[str]) -> None:
    """Refuse rows that were given as values, of which no file and line can be told.

    Args:
        name: Of the argument that holds them.
        faults: Of each row, empty where it has none.

    Raises:
        RowError: A row has a fault; tells which one.
    """
    for number, fault in enumerate(faults):
        if fault:
            raise RowError(f"{name}[{number}]: {fault}")
