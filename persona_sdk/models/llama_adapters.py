"""LlamaAdapters: the LoRA adapters of one live Llama, of which at most one acts at a time."""

from __future__ import annotations

import ctypes
import math
import threading
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
from llama_cpp import Llama

from persona_sdk.errors import AdapterError, ModelError
from persona_sdk.models.adapter_file import AdapterFile, check_match, read_adapter, warn_of_stranger
from persona_sdk.models.gguf_header import read_header
from persona_sdk.models.llama_log import collected_log


@dataclass(frozen=True, slots=True)
class LlamaAdapter:
    """An adapter that is loaded beside a live Llama. What was evaluated under equals is equal."""

    path: Path
    changed: int
    """When the file was last written, in nanoseconds: another file is another adapter."""
    scale: float
    """How strongly it acts."""


class LlamaAdapters:
    """Loads each file once, and switches between files without loading the model again.

    llama.cpp frees an adapter with the model that it was loaded beside.

    Args:
        llama: The live model. An adapter that it was made with acts where no other is chosen.
    """

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        self._pointers: dict[tuple[Path, int], object] = {}
        self._loading = threading.Lock()
        self._active: LlamaAdapter | None = None
        self._known = False  # whether `_active` is what acts

    def load(self, path: str | Path, scale: float = 1.0) -> LlamaAdapter | None:
        """Load an adapter, unless it is there; None for a scale of 0, which is no adapter.

        Any thread may, also while another one evaluates.

        Raises:
            AdapterError: It is missing, broken or made for another model.
        """
        if not math.isfinite(scale):
            raise ValueError(f"scale must be a finite number, was: {scale}")
        file = read_adapter(path)
        found = file.path.resolve()
        adapter = LlamaAdapter(found, found.stat().st_mtime_ns, scale)
        key = adapter.path, adapter.changed
        with self._loading:
            if key not in self._pointers:
                self._pointers[key] = self._loaded(file)
        return adapter if scale else None

    def use(self, adapter: LlamaAdapter | None) -> bool:
        """Let an adapter act on what is evaluated from now on; return whether another one did.

        Raises:
            ModelError: llama.cpp could not.
        """
        if self._known and adapter == self._active:
            return False
        self._known = False
        pointers, scales = self._chosen(adapter)
        count = len(pointers)
        code = llama_cpp.llama_set_adapters_lora(
            self._llama.ctx,
            (llama_cpp.llama_adapter_lora_p_ctypes * count)(*pointers),
            count,
            (ctypes.c_float * count)(*scales),
        )
        if code:
            raise ModelError(f"llama.cpp could not switch to {adapter} (returned {code})")
        self._active, self._known = adapter, True
        return True

    def _chosen(self, adapter: LlamaAdapter | None) -> tuple[list[object], list[float]]:
        if adapter is not None:
            return [self._pointers[adapter.path, adapter.changed]], [adapter.scale]
        own = self._llama._lora_adapter
        return ([own], [self._llama.lora_scale]) if own else ([], [])

    def _loaded(self, file: AdapterFile) -> object:
        layers = self._llama.metadata.get(f"{file.architecture}.block_count")
        if file.layers is not None and str(file.layers) != layers:
            check_match(file, read_header(self._llama.model_path))
        warn_of_stranger(file, self._llama.metadata.get("general.name", ""), self._llama.model_path)
        with collected_log() as log:
            pointer = llama_cpp.llama_adapter_lora_init(self._llama.model, str(file.path).encode())
        if pointer:
            return pointer
        check_match(file, read_header(self._llama.model_path))
        raise AdapterError(
            f"cannot load adapter {file.path} ({log[-1] if log else 'llama.cpp gives no reason'}): "
            "name an adapter that was made for this model"
        )
