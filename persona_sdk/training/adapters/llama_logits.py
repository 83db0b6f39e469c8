"""LlamaLogits: what llama.cpp predicts, with settings that round as little as it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from llama_cpp import GGML_TYPE_F32, Llama
from numpy.typing import NDArray

from persona_sdk.errors import ModelNotFound
from persona_sdk.models.llama_adapters import LlamaAdapters
from persona_sdk.models.llama_log import collected_log
from persona_sdk.models.llama_prompt import LlamaPrompts
from persona_sdk.types import GenerationOptions, Turn

SETTINGS = "key and value cache in f32, no flash attention, on the CPU, all tokens in one batch"
"""How `LlamaLogits` runs llama.cpp, in words."""

LONGEST = 512
"""Tokens that a prompt may have."""


class LlamaLogits:
    """A GGUF model whose logits are read at every position.

    Args:
        path: The GGUF file.
        threads: CPU threads; None takes llama-cpp-python's choice.

    Raises:
        ModelNotFound: llama.cpp cannot load it.
    """

    def __init__(self, path: str | Path, *, threads: int | None = None) -> None:
        with collected_log() as log:
            try:
                self._llama = Llama(
                    str(path),
                    n_ctx=LONGEST,
                    n_batch=LONGEST,
                    n_ubatch=LONGEST,
                    n_threads=threads,
                    n_threads_batch=threads,
                    type_k=GGML_TYPE_F32,
                    type_v=GGML_TYPE_F32,
                    flash_attn=False,
                    logits_all=True,
                    verbose=False,
                )
            except ValueError as error:
                reason = log[-1] if log else str(error)
                raise ModelNotFound(f"llama.cpp cannot load {path} ({reason})") from error
        self._adapters = LlamaAdapters(self._llama)
        self._prompts = LlamaPrompts(self._llama, name=str(path), context_size=LONGEST, seed=0)

    def tokens(self, prompt: Sequence[Turn]) -> list[int]:
        """Return the tokens of a prompt, through the chat template.

        Raises:
            ContextOverflow: There are more than `LONGEST`.
        """
        found = self._prompts.prompt(prompt, GenerationOptions(max_tokens=1))
        return [token for chunk in found.chunks for token in chunk]

    def logits(
        self, tokens: Sequence[int], adapter: str | Path | None = None
    ) -> NDArray[np.float32]:
        """Return the logits behind each token, of shape (tokens, vocabulary)."""
        self._adapters.use(None if adapter is None else self._adapters.load(adapter))
        self._llama.reset()
        self._llama.eval(list(tokens))
        found: NDArray[np.float32] = self._llama.scores[: len(tokens)].copy()
        return found

    def close(self) -> None:
        """Free the model."""
        self._llama.close()
