"""ReferenceLogits: what transformers predicts with and without an adapter, in float32."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra
from persona_sdk.training.base_model import load_base

try:
    import torch
    from peft import PeftModel
    from safetensors import SafetensorError
except ImportError as error:
    raise MissingExtra(error.name or "peft", "train") from error


class ReferenceLogits:
    """A base in transformers, and the same with an adapter.

    Args:
        plain: The base.
        tuned: The base with the adapter; may be the same object.
        without: Entered while `tuned` is to speak as the base, where they are the same.
    """

    def __init__(
        self, plain: Any, tuned: Any, without: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        self._plain = plain
        self._tuned = tuned
        self._without = without

    def logits(self, tokens: Sequence[int], *, adapted: bool) -> NDArray[np.float32]:
        """Return the logits behind each token, of shape (tokens, vocabulary)."""
        with torch.no_grad(), nullcontext() if adapted else self._without():
            model = self._tuned if adapted else self._plain
            found: NDArray[np.float32] = model(torch.tensor([list(tokens)])).logits[0].numpy()
        return found


def reference_of_folder(base: str, folder: str | Path) -> ReferenceLogits:
    """Load a base and put peft's adapter on it, as the training left it.

    Raises:
        AdapterError: peft cannot load the adapter.
        ModelNotFound: There is no such base, or transformers cannot read it.
    """
    plain, _ = load_base(base)
    try:
        with warnings.catch_warnings():
            # peft asks transformers for a name that it is giving up.
            warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`")
            tuned = PeftModel.from_pretrained(plain, str(folder)).eval()
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise AdapterError(f"peft cannot put {folder} on {base!r}: {reason}") from error
    return ReferenceLogits(tuned, tuned, tuned.disable_adapter)


def reference_of_merged(base: str, merged: str | Path) -> ReferenceLogits:
    """Load a base, and a GGUF file into which an adapter was merged.

    Raises:
        ModelNotFound: There is no such base, or transformers cannot read it.
    """
    return ReferenceLogits(load_base(base)[0], load_base(f"gguf:{merged}")[0], nullcontext)
