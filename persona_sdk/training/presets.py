"""Settings that others have tried: the paper's, and ours for small models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from persona_sdk.training.settings import Settings

Method = Literal["sft", "dpo"]
"""Imitate conversations, or prefer replies."""

Preset = Literal["small", "paper"]
"""`small` is ours for 135M to 500M parameters; `paper` is arXiv 2405.07726's for gemma-1.1-7b."""

PAPER = Settings(
    rank=128,
    alpha=8,
    dropout=0.0,
    learning_rate=2e-4,
    epochs=10,
    batch=1,
    accumulation=8,
    beta=0.1,
    four_bit=True,
    optimiser="paged_adamw_8bit",
)
"""Appendix of arXiv 2405.07726 and its code; alpha and dropout are peft's defaults. The schedule
is ours: the code's falls in a line and has no warm-up."""

SMALL: Mapping[Method, Settings] = {
    "sft": Settings(),
    "dpo": Settings(learning_rate=2e-5, epochs=2),
}
"""Rank 16 keeps the adapter of SmolLM2-135M at 10 MB in f16."""


def preset(name: Preset, method: Method, changes: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings of that name, with `changes` of single ones.

    Args:
        name: Of the preset.
        method: What is trained for.
        changes: Values by the names of `Settings`; None leaves a setting as the preset has it.

    Raises:
        ValueError: A value is out of its range.

    Example:
        >>> preset("paper", "dpo", {"epochs": 2}).rank
        128
    """
    chosen = PAPER if name == "paper" else SMALL[method]
    given = {key: value for key, value in (changes or {}).items() if value is not None}
    return replace(chosen, **given)
