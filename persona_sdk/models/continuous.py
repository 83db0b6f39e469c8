"""ContinuousLlamaModel: one GGUF model in this process that writes many replies at once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NoReturn

from llama_cpp import Llama

from persona_sdk.errors import AdapterError
from persona_sdk.models.draft import Draft
from persona_sdk.models.llama_prompt import LlamaPrompt, LlamaPrompts
from persona_sdk.models.slot_engine import SlotEngine
from persona_sdk.models.slot_request import SlotRequest
from persona_sdk.types import Completion, GenerationOptions, Turn

CACHE_BYTES = 512 * 2**20
"""Memory for conversations that lost their slot, unless told otherwise."""


class ContinuousLlamaModel:
    """Serves many threads at once: their requests are decoded together in one context.

    Get it from `load_gguf_slots`, which makes the context such that a reply depends on its prompt
    and seed alone, not on what else is decoded with it.

    Args:
        llama: The live model, with cells of its own for each of its sequences, which are the
            slots. Its context belongs to this object.
        name: What the model is called.
        context_size: Tokens that prompt and completion share in each slot.
        seed: Of the seeds that options without one get; None draws them.
        cache_bytes: Memory for conversations that lost their slot.

    Raises:
        ModelError: The chat template cannot be read.
    """

    def __init__(
        self,
        llama: Llama,
        *,
        name: str = "llama.cpp",
        context_size: int,
        seed: int | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._name = name
        self._context_size = context_size
        self._prompts = LlamaPrompts(llama, name=name, context_size=context_size, seed=seed)
        self._engine = SlotEngine(llama, cache_bytes)

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_size(self) -> int:
        return self._context_size

    @property
    def prompt_tokens_evaluated(self) -> int:
        """Tokens of prompts that were evaluated so far; those found in a slot do not count."""
        return self._engine.prompt_tokens

    @property
    def busy(self) -> int:
        """Slots that write a reply at present."""
        return self._engine.busy

    def with_adapter(
        self, path: str | Path, *, scale: float = 1.0, name: str | None = None
    ) -> NoReturn:
        """Refuse: an adapter acts on a whole batch, and requests of all slots share batches.

        Raises:
            AdapterError: Always; says how to load the model with the adapter.
        """
        raise AdapterError(
            f"{self._name!r} has one adapter in all its slots, chosen when it is loaded: name it "
            f"there (+adapter:PATH, here {path}), or load the model without slots"
        )

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return self._prompts.count(messages)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        prompt = self._prompts.prompt(messages, options)
        requests = self._requests(prompt, options)
        try:
            self._engine.submit(requests)
            return [request.wait().completion(prompt.tokens) for request in requests]
        finally:
            _leave(requests)

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        if options.n != 1:
            raise ValueError(f"options.n must be 1 for a stream, was: {options.n}")
        return self._stream(self._prompts.prompt(messages, options), options)

    def _stream(
        self, prompt: LlamaPrompt, options: GenerationOptions
    ) -> Generator[str, None, None]:
        requests = self._requests(prompt, options)
        try:
            self._engine.submit(requests)
            yield from requests[0].pieces()
        finally:
            _leave(requests)

    def _requests(self, prompt: LlamaPrompt, options: GenerationOptions) -> list[SlotRequest]:
        tokens = tuple(token for chunk in prompt.chunks for token in chunk)
        shared_start = len(prompt.chunks[0]) if len(prompt.chunks) > 1 else 0
        return [
            SlotRequest(
                tokens,
                shared_start,
                sampler,
                Draft(self._prompts.vocabulary, options.stop, prompt.room),
            )
            for sampler in self._prompts.samplers(prompt, options)
        ]


def _leave(requests: Sequence[SlotRequest]) -> None:
    for request in requests:
        request.cancelled = True
