"""LlamaCppModel: a GGUF model in this process, through llama-cpp-python."""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from llama_cpp import Llama

from persona_sdk.models.draft import Draft
from persona_sdk.models.llama_adapters import LlamaAdapter
from persona_sdk.models.llama_decoder import LlamaDecoder, decoder_of
from persona_sdk.models.llama_prompt import LlamaPrompt, LlamaPrompts
from persona_sdk.models.prefix_states import PrefixStates
from persona_sdk.types import Completion, GenerationOptions, Turn

CACHE_BYTES = 512 * 2**20
"""Memory for the states of persona blocks, unless told otherwise."""


class LlamaCppModel:
    """Talks through a live `llama_cpp.Llama`.

    The persona block of a prompt is what stands before the first content behind the leading
    system text. Its state is computed once and reused across turns, conversations and switches
    between personas. The same seed, prompt and machine give the same text, whatever is cached.
    `with_adapter` gives the same model with a LoRA adapter, without loading the model again.

    Args:
        llama: The live model. Leave its context alone while a stream is read. Several models may
            share it: they take turns. Candidates are decoded together if it was made with several
            sequences that share one cache, as `load_gguf` makes it, else one after another.
        name: What the model is called.
        seed: Of the seeds that options without one get; None draws them.
        cache_bytes: Memory for the states of persona blocks.

    Raises:
        ModelError: The chat template cannot be read.
    """

    def __init__(
        self,
        llama: Llama,
        *,
        name: str = "llama.cpp",
        seed: int | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._llama = llama
        self._name = name
        self._prompts = LlamaPrompts(llama, name=name, context_size=int(llama.n_ctx()), seed=seed)
        self._decoder: LlamaDecoder = decoder_of(llama, name)
        self._states: PrefixStates[bytearray] = PrefixStates(cache_bytes, _bytes_of)
        self._turnstile = self._decoder.turnstile
        self._adapter: LlamaAdapter | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_size(self) -> int:
        return int(self._llama.n_ctx())

    def with_adapter(
        self, path: str | Path, *, scale: float = 1.0, name: str | None = None
    ) -> LlamaCppModel:
        """Return this model with a LoRA adapter in place of any that it has.

        Both share the weights, the context and the memory for states, and take turns; a state
        that one adapter left is never used under another.

        Args:
            path: A GGUF adapter for this model. A file is loaded once, and stays so until the
                model is closed.
            scale: How strongly the adapter acts; 0 switches it off.
            name: What the result is called; None takes this name with the adapter.

        Raises:
            AdapterError: The adapter is missing, broken or made for another model.

        Example:
            >>> tess = model.with_adapter("tess.gguf")  # doctest: +SKIP
        """
        strength = "" if scale == 1.0 else f"@{scale:g}"
        adapter = self._decoder.adapters.load(path, scale)
        return self._variant(adapter, name or f"{self._name}+adapter:{path}{strength}")

    def without_adapter(self, *, name: str | None = None) -> LlamaCppModel:
        """Return this model as it was loaded, sharing everything with it as `with_adapter` does."""
        return self._variant(None, name or self._name.partition("+adapter:")[0])

    def _variant(self, adapter: LlamaAdapter | None, name: str) -> LlamaCppModel:
        variant = copy.copy(self)
        variant._adapter, variant._name = adapter, name
        variant._prompts = self._prompts.named(name)
        return variant

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return self._prompts.count(messages)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        prompt = self._prompts.prompt(messages, options)
        drafts = [
            Draft(self._prompts.vocabulary, options.stop, prompt.room) for _ in range(options.n)
        ]
        with self._turnstile, ExitStack() as stack:
            self._decoder.candidates(
                prompt.chunks,
                self._states,
                [stack.enter_context(closing(s)) for s in self._prompts.samplers(prompt, options)],
                lambda number, token: drafts[number].take(token),
                limit=prompt.room,
                adapter=self._adapter,
            )
        return [draft.completion(prompt.tokens) for draft in drafts]

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        """Return the natural log-probability of each token of a reply to `messages`.

        Nothing is sampled: this is how likely the model finds a text that somebody wrote.

        Args:
            messages: The prompt, as for `generate`.
            continuation: The reply; empty has no tokens.

        Raises:
            ModelError: llama.cpp could not evaluate it.
            ContextOverflow: Prompt and reply do not fit the context.
        """
        tokens = self._prompts.vocabulary.plain(continuation) if continuation else ()
        chunks = self._prompts.chunks(messages, room=len(tokens))
        with self._turnstile:
            self._decoder.prepare(chunks, self._states, self._adapter)
            return self._decoder.log_likelihood(tokens)

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        if options.n != 1:
            raise ValueError(f"options.n must be 1 for a stream, was: {options.n}")
        prompt = self._prompts.prompt(messages, options)
        self._turnstile.refuse_holder()
        return self._turnstile.stream(self._stream(prompt, options))

    def _stream(
        self, prompt: LlamaPrompt, options: GenerationOptions
    ) -> Generator[str, None, None]:
        draft = Draft(self._prompts.vocabulary, options.stop, prompt.room)
        (sampler,) = self._prompts.samplers(prompt, options)
        with closing(sampler):
            self._decoder.prepare(prompt.chunks, self._states, self._adapter)
            for token in self._decoder.decode(sampler, self._decoder.draw(sampler)):
                goes_on = draft.take(token)
                if draft.fresh:
                    yield draft.fresh
                if not goes_on:
                    return


def _bytes_of(state: bytearray, tokens: int) -> int:
    return len(state)
