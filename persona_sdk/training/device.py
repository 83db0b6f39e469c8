"""What the machine can do: bf16, 4 bits, and what becomes of settings that ask for more."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import torch

from persona_sdk.errors import TrainingError
from persona_sdk.training.settings import Settings


def settled(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """Return what of the settings is possible here, with a note on each that is not.

    Raises:
        TrainingError: There is a GPU, but not the package that the settings need on it.
    """
    asked = [
        name
        for name, wanted in (
            ("4-bit weights", settings.four_bit),
            ("8-bit AdamW", settings.optimiser == "paged_adamw_8bit"),
        )
        if wanted
    ]
    if not asked:
        return settings, ()
    if torch.cuda.is_available():
        if importlib.util.find_spec("bitsandbytes") is None:
            raise TrainingError(
                f"{' and '.join(asked)} need bitsandbytes: run `pip install bitsandbytes`, or "
                "give --no-four-bit --optimiser adamw"
            )
        return settings, ()
    note = f"{' and '.join(asked)} need a GPU: trained with whole weights and plain AdamW instead"
    return replace(settings, four_bit=False, optimiser="adamw"), (note,)


def computes_in_bf16(settings: Settings) -> bool:
    """Say whether a training computes in bf16 here.

    Raises:
        TrainingError: It was asked for and the device cannot.
    """
    if settings.precision == "fp32":
        return False
    if torch.cuda.is_available():
        able: bool = torch.cuda.is_bf16_supported()
    else:
        able = bool(
            torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        )
    if settings.precision == "bf16" and not able:
        raise TrainingError("precision is 'bf16', but this device has none: take 'auto' or 'fp32'")
    return able
