"""Keep what transformers, trl and peft say beside the point off both streams."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from transformers import modeling_gguf_pytorch_utils as gguf_reading
from transformers.utils import logging

Item = TypeVar("Item")

_TALKERS = ("transformers", "trl", "peft", "accelerate", "torch", "datasets")


@contextmanager
def silence() -> Iterator[None]:
    """Silence progress bars, log lines below errors, and warnings that no caller can act on."""
    verbosity = logging.get_verbosity()
    bar = gguf_reading.tqdm
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    gguf_reading.tqdm = _without_bar
    try:
        with warnings.catch_warnings():
            for module in _TALKERS:
                warnings.filterwarnings("ignore", module=rf"{module}(\.|$)")
            yield
    finally:
        gguf_reading.tqdm = bar
        logging.enable_progress_bar()
        logging.set_verbosity(verbosity)


def _without_bar(items: Iterable[Item], **_: object) -> Iterable[Item]:
    return items
