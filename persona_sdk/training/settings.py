"""Settings: everything that decides what a training does, apart from its data and its base."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

Objective = Literal["dpo", "weighted"]
"""`dpo` prefers the chosen reply as a whole; `weighted` weighs statements that it serves worse
(arXiv 2405.07726, eq. 8-9)."""

Loss = Literal["sigmoid", "robust", "sigmoid_norm", "apo_zero"]
"""Of a pair. `robust` allows for `label_smoothing` wrong pairs, `sigmoid_norm` takes means over
tokens so that length alone does not count, `apo_zero` lifts the chosen reply itself."""

Optimiser = Literal["adamw", "paged_adamw_8bit"]
"""AdamW, or bitsandbytes' in 8 bits that moves to main memory where the GPU's is full."""

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
    batch: int = 1
    """Rows, or pairs, in one forward pass. On two CPU cores one row at a time is a fifth faster
    than four, which wait for the longest, and needs a third of the memory; a GPU wants more."""
    accumulation: int = 8
    """Forward passes in one step of the optimiser."""
    weight_decay: float = 0.0
    max_gradient: float = 1.0
    """Gradients of a larger norm are scaled down to it."""
    max_length: int = 1024
    """Rows of more tokens are left out and counted."""
    max_minutes: float | None = None
    """Wall-clock budget: the learning rate reaches its end with it; None has no limit."""
    precision: Precision = "auto"
    four_bit: bool = False
    """Hold the base in 4 bits (nf4), as QLoRA does; needs a GPU and bitsandbytes."""
    optimiser: Optimiser = "adamw"
    checkpoint_minutes: float = 5.0
    """Pause between two checkpoints."""
    log_steps: int = 10
    """Steps of the optimiser that one point of the curves averages."""
    dev_checks: int = 8
    """How often the loss on the dev rows is taken over a training, where there are any."""
    patience: int = 3
    """Checks in a row without a better dev loss that end a training; the best adapter is kept."""
    beta: float = 0.1
    """Pairs: how dear it is to leave the reference, above 0."""
    objective: Objective = "dpo"
    loss: Loss = "sigmoid"
    label_smoothing: float = 0.0
    """Share in [0, 0.5) of pairs that `robust` takes to be the wrong way round."""
    seed: int = 17

    def __post_init__(self) -> None:
        for name in (
            "rank",
            "alpha",
            "batch",
            "accumulation",
            "log_steps",
            "dev_checks",
            "patience",
        ):
            _check(name, getattr(self, name), "at least 1", getattr(self, name) >= 1)
        for name in ("dropout", "warmup"):
            _check(name, getattr(self, name), "in [0, 1)", 0 <= getattr(self, name) < 1)
        for name in ("learning_rate", "epochs", "max_gradient", "checkpoint_minutes", "beta"):
            value = getattr(self, name)
            _check(name, value, "above 0 and finite", 0 < value < math.inf)
        _check("weight_decay", self.weight_decay, "at least 0", 0 <= self.weight_decay < math.inf)
        _check("max_length", self.max_length, "at least 8", self.max_length >= 8)
        minutes = self.max_minutes
        _check("max_minutes", minutes, "above 0", minutes is None or 0 < minutes < math.inf)
        smoothing = self.label_smoothing
        _check("label_smoothing", smoothing, "in [0, 0.5)", 0 <= smoothing < 0.5)
        if smoothing and self.loss != "robust":
            raise ValueError(
                "label_smoothing is of the loss 'robust' alone, was: "
                f"{smoothing} with {self.loss!r}"
            )
        for name, known in (
            ("objective", Objective),
            ("loss", Loss),
            ("precision", Precision),
            ("optimiser", Optimiser),
        ):
            choices = get_args(known)
            _check(name, getattr(self, name), " or ".join(choices), getattr(self, name) in choices)
        if self.objective == "weighted" and self.loss != "sigmoid":
            raise ValueError(
                f"the weighted objective has the sigmoid loss alone, was: {self.loss!r}"
            )
        _check("targets", self.targets, "names of layers", bool(self.targets))


def _check(name: str, value: object, wanted: str, holds: bool) -> None:
    if not holds:
        raise ValueError(f"{name} must be {wanted}, was: {value!r}")
