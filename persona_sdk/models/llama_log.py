"""Collect what llama.cpp reports instead of printing it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import llama_cpp
from llama_cpp._logger import llama_log_callback

_ERROR = 4  # GGML_LOG_LEVEL_ERROR


@contextmanager
def collected_log() -> Iterator[list[str]]:
    """Collect llama.cpp's error lines while the block runs; nothing is printed.

    llama.cpp has one log for the whole process, so other models are silent as well meanwhile.
    """
    errors: list[str] = []

    def collect(level: int, text: bytes, _: object) -> None:
        if level == _ERROR:
            errors.append(text.decode("utf-8", "replace").strip())

    callback = llama_cpp.llama_log_callback(collect)  # llama.cpp keeps no reference to it
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    try:
        yield errors
    finally:
        llama_cpp.llama_log_set(llama_log_callback, ctypes.c_void_p(0))
