"""Render messages through a chat template, keeping their contents apart from the template's text.

The template sees a placeholder for each content, so no content can add a role, close a turn or
meet the template's own logic. Only the template's text may later become special tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from persona_sdk.errors import ModelError
from persona_sdk.types import Role, Turn

Message = dict[str, str]
"""`{"role": ..., "content": ...}`, as chat templates want it."""

Render = Callable[[list[Message]], str]
"""Renders messages and the header of the assistant's turn; raises ValueError if it cannot."""

_MARK = re.compile("\ue000([0-9]+)\ue001")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a rendered prompt."""

    text: str
    role: Role | None
    """Who wrote it; None for the template's own text."""


def render_pieces(render: Render, messages: Sequence[Turn]) -> list[Piece]:
    """Render a prompt as the template's own text and the contents, in turn.

    A closing assistant turn is continued: its text stands as it is behind the header. Other
    contents lose the white space around them. For a template without a system role or one that
    wants the roles to alternate, system text heads the user turn that follows it, neighbours of
    one role become one turn, and an empty user turn precedes an assistant turn that comes first.

    Args:
        render: The template.
        messages: Turns, oldest first, at least one.

    Raises:
        ModelError: The template can render neither these messages nor their folded form.
        ValueError: There are no messages.
    """
    if not messages:
        raise ValueError("messages must hold at least one turn, were: []")
    *body, last = messages
    if last.role != "assistant":
        body.append(last)
    pieces = _fill(_render(render, body), body)
    if last.role == "assistant" and last.content:
        pieces.append(Piece(last.content, "assistant"))
    return pieces


def safe_segments(pieces: Sequence[Piece], marks: Sequence[str]) -> list[str]:
    """Cut a prompt so that only the template's text can hold a mark.

    Tokenise the segments one by one: a mark that a content spells is cut behind its first
    character. A prompt without such marks is one segment.

    Args:
        pieces: The prompt.
        marks: Texts that the tokeniser takes for special tokens.

    Example:
        >>> safe_segments([Piece("<s>", None), Piece("a<s>", "user")], ["<s>"])
        ['<s>a<', 's>']
    """
    text = "".join(piece.text for piece in pieces)
    ends = list(accumulate(len(piece.text) for piece in pieces))
    own = [
        range(end - len(piece.text), end + 1)
        for piece, end in zip(pieces, ends, strict=True)
        if piece.role is None
    ]
    longest_first = sorted((m for m in marks if len(m) > 1), key=len, reverse=True)
    spelt = "|".join(map(re.escape, longest_first)) or "(?!)"
    cuts = [
        found.start(1) + 1
        for found in re.finditer(f"(?=({spelt}))", text)
        if not any(found.start(1) in span and found.end(1) in span for span in own)
    ]
    return [text[a:b] for a, b in pairwise((0, *cuts, len(text)))]


def _render(render: Render, turns: Sequence[Turn]) -> str:
    plain = [{"role": turn.role, "content": _mark(i)} for i, turn in enumerate(turns)]
    reason = ""
    for messages in (plain, _fold(plain)):
        try:
            text = render(messages)
        except ValueError as error:
            reason = str(error)
            continue
        if {int(i) for i in _MARK.findall(text)} == set(range(len(turns))):
            return text
        reason = "it leaves messages out"
    roles = ", ".join(turn.role for turn in turns)
    raise ModelError(f"the chat template cannot render the roles {roles}: {reason}")


def _fold(messages: Sequence[Message]) -> list[Message]:
    folded: list[Message] = []
    for message in messages:
        role = "assistant" if message["role"] == "assistant" else "user"
        if folded and folded[-1]["role"] == role:
            folded[-1]["content"] += "\n\n" + message["content"]
        else:
            folded.append({"role": role, "content": message["content"]})
    if folded and folded[0]["role"] == "assistant":
        folded.insert(0, {"role": "user", "content": ""})
    return folded


def _fill(text: str, turns: Sequence[Turn]) -> list[Piece]:
    pieces: list[Piece] = []
    for at, part in enumerate(_MARK.split(text)):
        turn = turns[int(part)] if at % 2 else None
        piece = Piece(turn.content.strip(), turn.role) if turn else Piece(part, None)
        if piece.text:
            pieces.append(piece)
    return pieces


def _mark(index: int) -> str:
    return f"\ue000{index}\ue001"


CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{{ '<|im_start|>assistant\n' }}"
)
"""The template of models that bring none."""
