"""Settings: everything that decides what a training does, apart from its data and its base."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Precision = Literal["auto", "fp32", "bf16"]
"""`auto` computes in bf16 where the device has it; weights of the adapter stay in fp32."""

LINEAR_LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""What arXiv 2405.07726 adapts: the seven linear layers of a block."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train an adapter. The defaults suit models of 135M to 500M parameters."""

    rank: int = 16
    """Columns of LoRA's factors, at least 1."""
    alpha: int = 32
    """LoRA's update is scaled by alpha / rank."""
    dropout: float = 0.0
    """Share in [0, 1) of LoRA's inputs that a training step zeroes."""
    targets: tuple[str, ...] = LINEAR_LAYERS
    """Ends of the names of the linear layers that are adapted."""
    learning_rate: float = 2e-4
    """The highest one, reached at the end of the warm-up."""
    warmup: float = 0.05
    """Share in [0, 1) of the training over which the rate rises; it then falls as a cosine."""
    epochs: float = 1.0
    """How often the rows are seen, above 0."""
    batch: int = 4
    """Rows, or pairs, in one forward pass."""
    accumulation: int = 2
    """Forward passes in one step of the optimiser."""
    weight_decay: float = 0.0
    max_gradient: float = 1.0
    """Gradients of a larger norm are scaled down to it."""
    max_length: int = 1024
    """Rows of more tokens are left out and counted."""
    max_minutes: float | None = None
    """Wall-clock budget: the learning rate reaches its end with it; None has no limit."""
    precision: Precision = "auto"
    checkpoint_minutes: float = 5.0
    """Pause between two checkpoints."""
    log_steps: int = 10
    """Steps of the optimiser that one point of the curves averages."""
    seed: int = 17

    def __post_init__(self) -> None:
        for name in ("rank", "alpha", "batch", "accumulation", "log_steps"):
            _check(name, getattr(self, name), "at least 1", getattr(self, name) >= 1)
        for name in ("dropout", "warmup"):
            _check(name, getattr(self, name), "in [0, 1)", 0 <= getattr(self, name) < 1)
        for name in ("learning_rate", "epochs", "max_gradient", "checkpoint_minutes"):
            value = getattr(self, name)
            _check(name, value, "above 0 and finite", 0 < value < math.inf)
        _check("weight_decay", self.weight_decay, "at least 0", 0 <= self.weight_decay < math.inf)
        _check("max_length", self.max_length, "at least 8", self.max_length >= 8)
        minutes = self.max_minutes
        _check("max_minutes", minutes, "above 0", minutes is None or 0 < minutes < math.inf)
        _check("targets", self.targets, "names of layers", bool(self.targets))


def _check(name: str, value: object, wanted: str, holds: bool) -> None:
    if not holds:
        raise ValueError(f"{name} must be {wanted}, was: {value!r}")
