"""Conversations to the very tokens that the model is given at run time, and which it learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from persona_sdk.errors import TrainingError
from persona_sdk.models.chat_prompt import CHATML, Message, Piece, render_pieces
from persona_sdk.types import Turn

IGNORED = -100
"""The label of a token that is not learned."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A conversation as the model sees it."""

    ids: list[int]
    labels: list[int]
    """The token itself where it is learned, else `IGNORED`; as long as `ids`."""

    @property
    def learned(self) -> int:
        """How many tokens are learned."""
        return sum(label != IGNORED for label in self.labels)

    @property
    def prompt(self) -> list[int]:
        """The tokens before the first that is learned."""
        first = next((i for i, label in enumerate(self.labels) if label != IGNORED), len(self.ids))
        return self.ids[:first]

    @property
    def learned_ids(self) -> list[int]:
        """The tokens from the first that is learned."""
        return self.ids[len(self.prompt) :]


class ChatTokens:
    """Renders and tokenises conversations as `persona_sdk.models` does.

    Args:
        tokenizer: Of the base model; its own chat template is used, ChatML if it has none.

    Raises:
        TrainingError: It cannot say which text a token comes from.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        if not tokenizer.is_fast:
            raise TrainingError(
                f"{type(tokenizer).__name__} is no fast tokenizer: choose a base that brings a "
                "tokenizer.json"
            )
        self._tokenizer = tokenizer
        self._template = tokenizer.chat_template or CHATML
        self._marks = sorted(
            (str(t) for t in tokenizer.get_added_vocab() if str(t).strip()), key=len, reverse=True
        )
        added = tokenizer.added_tokens_decoder.values()
        self._special = tuple(str(t) for t in added if t.special and str(t).strip())
        self._bos = tokenizer("", add_special_tokens=True)["input_ids"][:1]

    def conversation(self, turns: Sequence[Turn]) -> Tokens:
        """Return the tokens of a conversation whose assistant turns are all learned.

        Raises:
            TrainingError: A turn spells a special token, which at run time stays plain text.
        """
        return self._tokens(self._pieces(turns), last_only=False)

    def reply(self, prompt: Sequence[Turn], reply: str) -> Tokens:
        """Return the tokens of a prompt and a reply, of which only the reply is learned.

        Raises:
            TrainingError: A turn spells a special token, which at run time stays plain text.
        """
        return self._tokens(self._pieces([*prompt, Turn("assistant", reply)]), last_only=True)

    def _pieces(self, turns: Sequence[Turn]) -> list[Piece]:
        """Render up to the mark that ends the last assistant turn, and no further.

        What the run-time renders of a finished turn shows only where another turn follows.
        """
        for turn in turns:
            self._check_plain(turn)
        pieces = render_pieces(self._render, [*turns, Turn("user", "?")])
        last = max(i for i, piece in enumerate(pieces) if piece.role == "assistant")
        end = self._end_of_turn(pieces[last + 1].text) if last + 1 < len(pieces) else ""
        return [*pieces[: last + 1], Piece(end, None)]

    def _check_plain(self, turn: Turn) -> None:
        if spelt := next((mark for mark in self._special if mark in turn.content), ""):
            raise TrainingError(
                f"what the {turn.role} says spells {spelt!r}, a special token of the base: take it "
                f"out of {turn.content[:60]!r}"
            )

    def _end_of_turn(self, text: str) -> str:
        found = [(at, mark) for mark in self._marks if (at := text.find(mark)) >= 0]
        if not found:
            raise TrainingError(
                "the chat template closes an assistant turn without a special token, so no end "
                f"could be learned: {text!r}"
            )
        at, mark = min(found, key=lambda pair: (pair[0], -len(pair[1])))
        return text[: at + len(mark)]

    def _tokens(self, pieces: Sequence[Piece], *, last_only: bool) -> Tokens:
        text = "".join(piece.text for piece in pieces)
        spans = self._learned(pieces)
        spans = spans[-1:] if last_only else spans
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids: list[int] = encoded["input_ids"]
        labels = [
            token if any(a < stop and b > start for start, stop in spans) else IGNORED
            for token, (a, b) in zip(ids, encoded["offset_mapping"], strict=True)
        ]
        if self._bos and ids[:1] != self._bos:
            ids, labels = [*self._bos, *ids], [IGNORED, *labels]
        return Tokens(ids, labels)

    def _learned(self, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
        """Return where assistant contents stand, each with the mark that ends it."""
        ends = list(accumulate(len(piece.text) for piece in pieces))
        spans = []
        for i, piece in enumerate(pieces):
            if piece.role == "assistant":
                end = self._end_of_turn(pieces[i + 1].text)
                spans.append((ends[i] - len(piece.text), ends[i] + len(end)))
        return spans

    def _render(self, messages: list[Message]) -> str:
        try:
            text: str = self._tokenizer.apply_chat_template(
                messages,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=True,
            )
        except TemplateError as error:
            raise ValueError(str(error)) from error
        return text
