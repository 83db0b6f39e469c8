"""LlamaVocabulary: a rendered prompt to tokens; only the template's text becomes special ones."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import llama_cpp
from llama_cpp import Llama

from persona_sdk.models.chat_prompt import Piece

Chunk = tuple[int, ...]
"""Tokens that are evaluated together: never less, never more, whatever the cache holds."""

_MARK_ATTRIBUTES = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
_REMEMBERED_TEXTS = 1024


class LlamaVocabulary:
    """Tokenises for one model.

    A mark is a control token, or a user-defined token that the chat template names. Contents
    never become marks: where a content spells one, it is cut apart and stays plain text.

    Args:
        llama: The live model; its vocabulary alone is used.
        template: Source of the chat template.
    """

    def __init__(self, llama: Llama, template: str) -> None:
        self._llama = llama
        self._vocab = llama_cpp.llama_model_get_vocab(llama.model)
        self._marks = frozenset(self._controls()) | frozenset(self._marks_in(template))
        self._adds_space = (
            llama_cpp.llama_vocab_type(self._vocab) == llama_cpp.LLAMA_VOCAB_TYPE_SPM
            and llama.metadata.get("tokenizer.ggml.add_space_prefix", "true") == "true"
        )
        self._plain = lru_cache(_REMEMBERED_TEXTS)(self._tokenise_plain)
        self._split = lru_cache(_REMEMBERED_TEXTS)(self._split_template)
        self._pieces: dict[int, bytes] = {}

    @property
    def marks(self) -> frozenset[int]:
        """Tokens that no content can produce."""
        return self._marks

    def chunks(self, pieces: Iterable[Piece]) -> tuple[Chunk, ...]:
        """Tokenise a prompt as the persona block and what each further reply was given.

        A chunk begins at the first content after the system text and at each assistant content,
        so that the chunks of a prompt begin the next prompt of the same conversation.
        """
        writer = _ChunkWriter(self._plain)
        for piece in pieces:
            if piece.role is None:
                for part in self._split(piece.text):
                    if isinstance(part, int):
                        writer.mark(part)
                    else:
                        writer.text(part)
            else:
                if piece.role == "assistant" or (piece.role == "user" and not writer.chunks):
                    writer.cut()
                writer.text(piece.text)
        writer.cut()
        return self._with_bos(writer.chunks)

    def plain(self, text: str) -> Chunk:
        """Tokenise text that stands behind other text, without any mark."""
        return self._plain(text, True)

    def bytes_of(self, token: int) -> bytes:
        """Return what a token writes; nothing for a control token."""
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = self._read_piece(token)
        return piece

    def ends(self, token: int) -> bool:
        """Whether the token ends the reply."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    def _controls(self) -> Iterable[int]:
        for token in range(llama_cpp.llama_vocab_n_tokens(self._vocab)):
            if llama_cpp.llama_vocab_is_control(self._vocab, token):
                yield token

    def _marks_in(self, template_text: str) -> list[int]:
        tokens = self._tokenise(template_text, special=True)
        return [
            t for t in tokens if self._attributes(t) & _MARK_ATTRIBUTES and self._text(t).strip()
        ]

    def _split_template(self, text: str) -> tuple[str | int, ...]:
        parts: list[str | int] = []
        for token in self._marks_in(text):
            before, _, text = text.partition(self._text(token))
            attributes = self._attributes(token)
            if attributes & llama_cpp.LLAMA_TOKEN_ATTR_LSTRIP:
                before = before.rstrip()
            if attributes & llama_cpp.LLAMA_TOKEN_ATTR_RSTRIP:
                text = text.lstrip()
            parts += [before, token]
        return tuple(part for part in (*parts, text) if part != "")

    def _tokenise_plain(self, text: str, behind_text: bool) -> Chunk:
        tokens = self._tokenise_behind(text) if behind_text else self._tokenise(text)
        spelt = self._marks.intersection(tokens)
        if not spelt:
            return tuple(tokens)
        first, *rest = _cut_apart(text, [self._text(token) for token in spelt])
        tokens = self._tokenise_behind(first) if behind_text else self._tokenise(first)
        for part in rest:
            tokens += self._tokenise_behind(part)
        return tuple(token for token in tokens if token not in self._marks)

    def _tokenise_behind(self, text: str) -> list[int]:
        """Tokenise without the space that some tokenisers put before the first word."""
        if not self._adds_space:
            return self._tokenise(text)
        return self._tokenise("\n" + text)[len(self._tokenise("\n")) :]

    def _tokenise(self, text: str, *, special: bool = False) -> list[int]:
        tokens: list[int] = self._llama.tokenize(
            text.encode("utf-8", "replace"), add_bos=False, special=special
        )
        return tokens

    def _with_bos(self, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
        bos = llama_cpp.llama_vocab_bos(self._vocab)
        if not llama_cpp.llama_vocab_get_add_bos(self._vocab) or chunks[0][0] == bos:
            return tuple(chunks)
        return ((bos, *chunks[0]), *chunks[1:])

    def _text(self, token: int) -> str:
        text: bytes = llama_cpp.llama_vocab_get_text(self._vocab, token)
        return text.decode("utf-8", "replace")

    def _attributes(self, token: int) -> int:
        return int(llama_cpp.llama_vocab_get_attr(self._vocab, token))

    def _read_piece(self, token: int) -> bytes:
        size = 32
        while True:
            buffer = ctypes.create_string_buffer(size)
            used = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if used >= 0:
                return buffer.raw[:used]
            size = -used


class _ChunkWriter:
    """Joins neighbouring texts before they are tokenised, as one tokeniser run would see them."""

    def __init__(self, plain: Callable[[str, bool], Chunk]) -> None:
        self._tokenise = plain
        self._text = ""
        self._behind_text = False
        self._tokens: list[int] = []
        self.chunks: list[Chunk] = []

    def text(self, text: str) -> None:
        self._text += text

    def mark(self, token: int) -> None:
        self._flush()
        self._tokens.append(token)
        self._behind_text = False

    def cut(self) -> None:
        self._flush()
        if self._tokens:
            self.chunks.append(tuple(self._tokens))
            self._tokens = []

    def _flush(self) -> None:
        if self._text:
            self._tokens += self._tokenise(self._text, self._behind_text)
            self._text = ""
            self._behind_text = True


def _cut_apart(text: str, marks: Sequence[str]) -> list[str]:
    """Cut `text` behind the first character of each mark that it spells."""
    inside = "|".join(f"(?<={re.escape(m[0])})(?={re.escape(m[1:])})" for m in marks if len(m) > 1)
    return re.split(inside, text) if inside else [text]
