"""Draft: one candidate while an engine decodes it, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from persona_sdk.models.reply_text import ReplyText
from persona_sdk.types import Completion


class Vocabulary(Protocol):
    """What a draft asks of an engine's tokens."""

    def ends(self, token: int) -> bool: ...

    def bytes_of(self, token: int) -> bytes: ...


class Draft:
    """One candidate while it is decoded."""

    def __init__(self, vocabulary: Vocabulary, stop: Sequence[str], room: int) -> None:
        self._vocabulary = vocabulary
        self._text = ReplyText(stop)
        self._room = room
        self._tokens = 0
        self._pieces: list[str] = []
        self._reason: Literal["stop", "length"] = "stop"
        self.fresh = ""
        """The text that the last token made sure."""

    def take(self, token: int) -> bool:
        """Add a token; say if more are wanted."""
        if self._vocabulary.ends(token):
            return self._keep(self._text.finish(), goes_on=False)
        self._tokens += 1
        piece = self._text.feed(self._vocabulary.bytes_of(token))
        if self._text.stopped:
            return self._keep(piece, goes_on=False)
        if self._tokens == self._room:
            self._reason = "length"
            return self._keep(piece + self._text.finish(), goes_on=False)
        return self._keep(piece, goes_on=True)

    def completion(self, prompt_tokens: int) -> Completion:
        return Completion("".join(self._pieces), self._reason, prompt_tokens, self._tokens)

    def _keep(self, piece: str, *, goes_on: bool) -> bool:
        self.fresh = piece
        self._pieces.append(piece)
        return goes_on
