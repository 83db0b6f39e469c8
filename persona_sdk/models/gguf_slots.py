"""Load a GGUF file for many callers at once: one context with a sequence for each slot."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

import llama_cpp
from llama_cpp import Llama
from llama_cpp._internals import LlamaModel

from persona_sdk.errors import ModelError
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.models.continuous import CACHE_BYTES, ContinuousLlamaModel
from persona_sdk.models.gguf import open_gguf
from persona_sdk.models.llama_adapters import LlamaAdapters

DEFAULT_SLOTS = 8
"""Requests that are decoded together where no number is asked for."""

SLOT_CONTEXT = 2048
"""Tokens of context of each slot where none are asked for."""

_MOST_SLOTS = 256  # LLAMA_MAX_SEQ of llama.cpp
_BATCH = 512  # holds a token of every slot and as many prompt tokens as the engine adds
_FLASH = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
_BF16 = 30  # GGML_TYPE_BF16, which llama-cpp-python does not name


def load_gguf_slots(
    path: str | Path,
    *,
    slots: int = DEFAULT_SLOTS,
    slot_context: int | None = None,
    adapter: str | Path | None = None,
    adapter_scale: float = 1.0,
    gpu_layers: int = 0,
    seed: int | None = None,
    threads: int | None = None,
    name: str | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> ContinuousLlamaModel:
    """Load a GGUF file that many threads ask at once, quietly.

    Args:
        path: The GGUF file of the model.
        slots: Requests that are decoded together, each with a context of its own.
        slot_context: Tokens that prompt and completion share in a slot; None takes `SLOT_CONTEXT`,
            or what the model was trained for where that is less.
        adapter: The GGUF file of a LoRA adapter for it. It acts in all slots and cannot be
            switched: they are decoded together.
        adapter_scale: How strongly the adapter acts; 0 switches it off.
        gpu_layers: Layers to run on the GPU; -1 for all.
        seed: Of the seeds that options without one get.
        threads: CPU threads; None takes llama-cpp-python's choice.
        name: What the model is called; None takes the file's name.
        cache_bytes: Memory for conversations that lost their slot.

    Raises:
        ModelError: Layers for a GPU that llama.cpp was not built for, or a context that is larger
            than the model was trained for.
        ModelNotFound: The file is missing, broken or not GGUF.
        AdapterError: The adapter is missing, broken or made for another model.

    Example:
        >>> model = load_gguf_slots(builtin_path(), slots=4, slot_context=1024)  # doctest: +SKIP
    """
    if not 1 <= slots <= _MOST_SLOTS:
        raise ValueError(f"slots must be in [1, {_MOST_SLOTS}], was: {slots}")
    if adapter is not None:
        read_adapter(adapter)  # what is broken is refused before the model takes its memory
    kind = partial(_Slots, slots, slot_context is None)
    llama = open_gguf(
        path,
        cast("type[Llama]", kind),
        context_size=slot_context or SLOT_CONTEXT,
        gpu_layers=gpu_layers,
        threads=threads,
    )
    if adapter is not None:
        adapters = LlamaAdapters(llama)
        adapters.use(adapters.load(adapter, adapter_scale))
    return ContinuousLlamaModel(
        llama,
        name=name or Path(path).stem,
        context_size=llama.slot_context,
        seed=seed,
        cache_bytes=cache_bytes,
    )


class _Slots(Llama):  # type: ignore[misc]
    """A Llama whose context has cells of its own for each slot.

    Llama has no argument for this. It sets `_model` once the model and `context_params` are there
    and the context, which takes the memory, is not.

    On a CPU the values of the cache are BF16 and its keys F16: of two unlike types llama.cpp
    takes the one attention kernel that computes each row for itself, whatever else is in the
    batch. With like types it takes another kernel for a lone row, and a third for many.
    """

    def __init__(self, slots: int, at_most_trained: bool, **options: object) -> None:
        self._slots = slots
        self._at_most_trained = at_most_trained
        self.slot_context = 0
        super().__init__(**options)

    @property
    def _model(self) -> LlamaModel:
        return self._loaded_model

    @_model.setter
    def _model(self, model: LlamaModel) -> None:
        self._loaded_model: LlamaModel = model
        params = self.context_params
        self.slot_context = self._checked(params.n_ctx, model.n_ctx_train())
        params.n_ctx = self.slot_context * self._slots
        self.n_batch = params.n_batch = params.n_ubatch = _BATCH
        params.n_seq_max = self._slots
        params.kv_unified = False
        if not self.model_params.n_gpu_layers:
            params.flash_attn_type = _FLASH
            params.type_v = _BF16

    def _checked(self, asked: int, trained: int) -> int:
        if asked > trained and not self._at_most_trained:
            raise ModelError(
                f"slots of {asked} tokens were asked for, but {self.model_path} was trained for "
                f"{trained}: ask for {trained} at most"
            )
        return min(asked, trained)
