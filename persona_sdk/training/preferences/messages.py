"""What a chat template can take: the order of roles, and texts that no template has touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from persona_sdk.types import Turn

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
