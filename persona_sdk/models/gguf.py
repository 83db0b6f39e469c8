"""Load GGUF files: a model, and a LoRA adapter for it, without a word from llama.cpp."""

from __future__ import annotations

from pathlib import Path

import llama_cpp
from llama_cpp import Llama
from llama_cpp._internals import LlamaModel

from persona_sdk.errors import ModelError, ModelNotFound
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.models.llama_cpp import LlamaCppModel
from persona_sdk.models.llama_log import collected_log

_SEQUENCES = 8  # candidates that one context can decode together
_LARGEST_CONTEXT = 2**31 - 1  # positions of llama.cpp are 32 bits wide
_MAGIC = b"GGUF"

DEFAULT_CONTEXT = 4096
"""Tokens of context where none are asked for."""


def load_gguf(
    path: str | Path,
    *,
    adapter: str | Path | None = None,
    adapter_scale: float = 1.0,
    context_size: int | None = None,
    gpu_layers: int = 0,
    seed: int | None = None,
    threads: int | None = None,
    name: str | None = None,
) -> LlamaCppModel:
    """Load a GGUF file, quietly.

    Args:
        path: The GGUF file of the model.
        adapter: The GGUF file of a LoRA adapter for it.
        adapter_scale: How strongly the adapter acts; 0 switches it off.
        context_size: Tokens that prompt and completion share; None takes `DEFAULT_CONTEXT`, or
            what the model was trained for where that is less.
        gpu_layers: Layers to run on the GPU; -1 for all.
        seed: Of the seeds that options without one get.
        threads: CPU threads; None takes llama-cpp-python's choice.
        name: What the model is called; None takes the file's name.

    Raises:
        ModelError: Layers for a GPU that llama.cpp was not built for, or a context that is larger
            than the model was trained for.
        ModelNotFound: The file is missing, broken or not GGUF.
        AdapterError: The adapter is missing, broken or made for another model.
    """
    if adapter is not None:
        read_adapter(adapter)  # what is broken is refused before the model takes its memory
    kind = _AtMostTrained if context_size is None else _ManySequences
    llama = open_gguf(
        path,
        kind,
        context_size=context_size,
        gpu_layers=gpu_layers,
        threads=threads,
    )
    model = LlamaCppModel(llama, name=name or Path(path).stem, seed=seed)
    if adapter is None:
        return model
    return model.with_adapter(adapter, scale=adapter_scale, name=model.name)


def open_gguf(
    path: str | Path,
    kind: type[Llama],
    *,
    context_size: int | None,
    gpu_layers: int,
    threads: int | None,
) -> Llama:
    """Open a file as that kind of Llama, quietly.

    Raises:
        ModelError: Layers for a GPU that llama.cpp was not built for, or too large a context.
        ModelNotFound: The file is missing, broken or not GGUF.
    """
    _check_gguf(Path(path))
    _check_context(context_size)
    if gpu_layers and not llama_cpp.llama_supports_gpu_offload():
        raise ModelError(
            f"gpu_layers is {gpu_layers}, but this llama-cpp-python was built without GPU support: "
            "leave it at 0 or install a build for the GPU"
        )
    with collected_log() as log:
        try:
            llama = kind(
                model_path=str(path),
                n_ctx=context_size or DEFAULT_CONTEXT,
                n_gpu_layers=gpu_layers,
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise ModelNotFound(
                f"cannot load {path} ({log[-1] if log else 'llama.cpp gives no reason'}): "
                "the file may be cut short, download it again"
            ) from error
    return llama


class _ManySequences(Llama):  # type: ignore[misc]
    """A Llama whose context has a sequence for each of several candidates, over one cache.

    Llama has no argument for this; it reads its parameters back from `context_params`. It sets
    `_model` once the model is there and the context, which takes the memory, is not.
    """

    @property
    def _model(self) -> LlamaModel:
        return self._loaded_model

    @_model.setter
    def _model(self, model: LlamaModel) -> None:
        if self.context_params.n_ctx > model.n_ctx_train():
            self._ask_too_much(model.n_ctx_train())
        self._loaded_model = model

    def _ask_too_much(self, trained: int) -> None:
        raise ModelError(
            f"a context of {self.context_params.n_ctx} tokens was asked for, but "
            f"{self.model_path} was trained for {trained}: ask for {trained} at most"
        )

    @property
    def context_params(self) -> llama_cpp.llama_context_params:
        return self._context_params

    @context_params.setter
    def context_params(self, params: llama_cpp.llama_context_params) -> None:
        params.n_seq_max = _SEQUENCES
        params.kv_unified = True
        self._context_params = params


class _AtMostTrained(_ManySequences):
    """Takes the context that the model was trained for where that is less than the default."""

    def _ask_too_much(self, trained: int) -> None:
        self.context_params.n_ctx = trained


def _check_context(size: int | None) -> None:
    if size is not None and size < 1:
        raise ValueError(f"context_size must be at least 1, was: {size}")
    if size is not None and size > _LARGEST_CONTEXT:
        raise ModelError(
            f"a context of {size} tokens was asked for, but llama.cpp holds "
            f"{_LARGEST_CONTEXT} at most: ask for fewer"
        )


def _check_gguf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise ModelNotFound(f"cannot read {path} ({error.strerror}): name a GGUF file") from error
    if start != _MAGIC:
        raise ModelNotFound(
            f"{path} is not a GGUF file, it begins with {start!r}: convert it first"
        )
