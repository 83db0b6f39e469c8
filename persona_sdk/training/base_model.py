"""Load what is adapted: the embedded GGUF, another GGUF file, or a folder for transformers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_sdk.errors import MissingExtra, ModelNotFound, TrainingError
from persona_sdk.models.adapter_name import home_path
from persona_sdk.models.catalog import builtin_path
from persona_sdk.training.outcome import digest

# Read when the hub's client is imported: nothing here may call out.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# Read when torch is imported. Threads that spin while they wait for each other made a training
# beside other work three times as slow as threads that sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

try:
    import torch
    from safetensors import SafetensorError
    from transformers import (
        AutoModelForCausalLM,
        AutoTokenizer,
        BitsAndBytesConfig,
        PreTrainedModel,
        PreTrainedTokenizerBase,
    )

    from persona_sdk.training.silence import silence
except ImportError as error:
    raise MissingExtra(error.name or "transformers", "train") from error


@dataclass(frozen=True, slots=True)
class BaseFile:
    """Where a base model lies."""

    name: str
    """As it was asked for: `builtin`, `gguf:PATH`, `hf:DIR`."""
    path: Path
    """The GGUF file, or the folder."""

    @property
    def sha256(self) -> str:
        """Digest of the GGUF file, or of the folder's weights in the order of their names.

        Raises:
            ModelNotFound: The folder holds no weights.
        """
        if self.path.is_file():
            return digest([self.path])
        weights = [*self.path.glob("*.safetensors")] or [*self.path.glob("pytorch_model*.bin")]
        if not weights:
            raise ModelNotFound(f"{self.name!r}: {self.path} holds no weights: fetch it again")
        return digest(sorted(weights))


def find_base(name: str) -> BaseFile:
    """Find a base model without loading it.

    Args:
        name: `builtin` (or `builtin:base`), `gguf:PATH` or `hf:DIR`.

    Raises:
        ModelNotFound: There is no such file or folder, or the name has none of these forms.
    """
    if name in ("builtin", "builtin:base"):
        return BaseFile(name, builtin_path())
    kind, _, rest = name.partition(":")
    if kind not in ("gguf", "hf") or not rest:
        raise ModelNotFound(f"a base to train is builtin, gguf:PATH or hf:DIR, was: {name!r}")
    path = home_path(rest, name)
    if kind == "gguf" and not path.is_file():
        raise ModelNotFound(f"{name!r}: there is no file {path}")
    if kind == "hf" and not (path / "config.json").is_file():
        raise ModelNotFound(
            f"{name!r}: {path} is no folder with a config.json; nothing is downloaded here: "
            "fetch the model first and name its folder"
        )
    return BaseFile(name, path)


def load_base(
    name: str, *, dtype: Any = None, four_bit: bool = False
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a base model and its tokenizer for training.

    Args:
        name: As for `find_base`.
        dtype: Of the weights; None takes fp32.
        four_bit: Hold the weights in 4 bits (nf4) on the GPU and compute in bf16.

    Returns:
        The model on the CPU, in training mode off, and its tokenizer.

    Raises:
        ModelNotFound: It is not there or cannot be read.
        TrainingError: It is too large for the memory, or a GGUF file is to be held in 4 bits.
    """
    base = find_base(name)
    if four_bit and base.path.is_file():
        raise TrainingError(
            f"{name!r} is a GGUF file, whose weights cannot be held in 4 bits for training: give "
            "--no-four-bit, or name a folder as hf:DIR"
        )
    folder, extra = (
        (base.path.parent, {"gguf_file": base.path.name})
        if base.path.is_file()
        else (base.path, {})
    )
    try:
        with silence():
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, **extra)
            model = AutoModelForCausalLM.from_pretrained(
                str(folder),
                local_files_only=True,
                dtype=dtype or torch.float32,
                **extra,
                **_held(four_bit),
            )
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise TrainingError(f"{name!r} does not fit the memory: take a smaller --base") from error
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelNotFound(f"cannot load {name!r} for training: {reason}") from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if extra:
        _forget_quantisation(model)
    return model.eval(), tokenizer


def _held(four_bit: bool) -> dict[str, Any]:
    """Return how transformers is told to hold the weights."""
    if not four_bit:
        return {}
    nf4 = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
    )
    return {"quantization_config": nf4, "device_map": {"": 0}}


def _forget_quantisation(model: Any) -> None:
    """Let a trainer see what the weights of a GGUF file have become: plain numbers."""
    model.hf_quantizer = None
    model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
