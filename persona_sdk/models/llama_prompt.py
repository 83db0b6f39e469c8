"""LlamaPrompts: messages to the tokens, the room and the samplers of a request to llama.cpp."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass

import llama_cpp
from llama_cpp import Llama
from llama_cpp._internals import LlamaSampler

from persona_sdk.errors import ContextOverflow
from persona_sdk.models.chat_prompt import CHATML, Piece, render_pieces
from persona_sdk.models.llama_sampler import candidate_sampler
from persona_sdk.models.llama_template import chat_renderer
from persona_sdk.models.llama_vocabulary import Chunk, LlamaVocabulary
from persona_sdk.types import GenerationOptions, Turn


@dataclass(frozen=True, slots=True)
class LlamaPrompt:
    """What a request asks llama.cpp to evaluate."""

    chunks: tuple[Chunk, ...]
    tokens: int
    """How many the chunks hold together."""
    room: int
    """Tokens that the reply may take."""
    written: Chunk
    """Tokens of the reply that the prompt already holds."""


class LlamaPrompts:
    """Makes prompts for one live Llama. Many threads may ask at once.

    Args:
        llama: The live model; its context is not touched.
        name: What the model is called, for error messages.
        context_size: Tokens that a prompt and its reply share.
        seed: Of the seeds that options without one get; None draws them.

    Raises:
        ModelError: The chat template cannot be read.
    """

    def __init__(self, llama: Llama, *, name: str, context_size: int, seed: int | None) -> None:
        template = llama.metadata.get("tokenizer.chat_template") or CHATML
        self._llama = llama
        self._name = name
        self._context_size = context_size
        self._render = chat_renderer(llama, template)
        self._seeds = random.Random(seed)
        self.vocabulary = LlamaVocabulary(llama, template)

    def named(self, name: str) -> LlamaPrompts:
        """Return what makes the same prompts, from the same seeds, under another name."""
        same = copy.copy(self)
        same._name = name
        return same

    def pieces(self, messages: Sequence[Turn]) -> list[Piece]:
        """Render messages, the contents apart from the template's own text."""
        return render_pieces(self._render, messages)

    def count(self, messages: Sequence[Turn]) -> int:
        """Return the length of the prompt in tokens."""
        return sum(map(len, self.vocabulary.chunks(self.pieces(messages))))

    def chunks(self, messages: Sequence[Turn], *, room: int) -> tuple[Chunk, ...]:
        """Return the tokens of a prompt, behind which `room` more have to fit.

        Raises:
            ContextOverflow: They do not.
        """
        chunks = self.vocabulary.chunks(self.pieces(messages))
        tokens = sum(map(len, chunks))
        if tokens + room > self._context_size:
            raise ContextOverflow(
                f"the prompt has {tokens} tokens, the context of {self._name!r} holds "
                f"{self._context_size}: shorten the prompt or load the model with a larger "
                "context size"
            )
        return chunks

    def prompt(self, messages: Sequence[Turn], options: GenerationOptions) -> LlamaPrompt:
        """Make the prompt of a request.

        Raises:
            ContextOverflow: It leaves no room for a completion.
        """
        chunks = self.chunks(messages, room=1)
        tokens = sum(map(len, chunks))
        last = messages[-1]
        written = self.vocabulary.plain(last.content) if last.role == "assistant" else ()
        room = min(options.max_tokens, self._context_size - tokens)
        return LlamaPrompt(chunks, tokens, room, written)

    def samplers(self, prompt: LlamaPrompt, options: GenerationOptions) -> list[LlamaSampler]:
        """Build the sampler of each candidate; close them after use.

        Raises:
            ModelError: `options.json_schema` is none that llama.cpp can keep to.
        """
        seed = self._seeds.getrandbits(32) if options.seed is None else options.seed
        return [
            candidate_sampler(
                options,
                seed=seed + i,
                vocabulary=llama_cpp.llama_model_get_vocab(self._llama.model),
                written=prompt.written,
            )
            for i in range(options.n)
        ]
