"""Memory and time of a training, told before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from persona_sdk.errors import TrainingError
from persona_sdk.training.memory import free_bytes, holds_the_weights, what_to_lower
from persona_sdk.training.settings import Settings

_ADAPTER_BYTES = 16
"""Of a trained parameter in fp32: itself, its gradient, the two means of AdamW."""
_HIDDEN, _INNER, _SCORES, _LOGIT = 59.0, 15.0, 6.4, 7
"""Bytes that are kept for the backward pass: in a layer of each hidden unit and each inner unit of
a token and of each attention score, and of each logit. Fitted to the peak memory of SmolLM2-135M on
a CPU: 2.0 GB at 1 row of 256 tokens, 5.1 at 1 of 1024, 3.7 at 4 of 256, 7.2 at 4 of 512 with nine
tenths learned. fp32 takes no more (5.2 at 1 of 1024): the factors of LoRA are in fp32 anyway."""
_FIXED_BYTES = 820_000_000
"""Of Python, torch and transformers, and of reading the weights; from the same fit."""


class Batch(NamedTuple):
    """Rows that are padded to one length."""

    rows: int
    length: int
    learned: int
    """Tokens that are learned, of all rows together."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training needs; bytes, except for the steps."""

    weights: int
    adapter: int
    """With gradients and the optimiser's means."""
    activations: int
    """Of the longest batch."""
    logits: int
    """Of the learned tokens of the longest batch."""
    steps: int
    tokens: int
    """In all steps together."""

    @property
    def total(self) -> int:
        """Peak memory."""
        return self.weights + self.adapter + self.activations + self.logits + _FIXED_BYTES

    def told(self) -> str:
        """Return it in a line."""
        parts = (
            ("weights", self.weights),
            ("adapter and optimiser", self.adapter),
            ("activations", self.activations),
            ("logits", self.logits),
        )
        listed = ", ".join(f"{name} {_size(number)}" for name, number in parts)
        return (
            f"needs about {_size(self.total)} ({listed}); {self.steps} steps, {self.tokens} tokens"
        )


def estimated(model: Any, settings: Settings, batches: Sequence[Batch], steps: int) -> Estimate:
    """Estimate a training.

    Args:
        model: With its adapter; the config of a llama-like model is read.
        settings: How it is trained.
        batches: Of an epoch.
        steps: Of the optimiser.
    """
    config = model.config.get_text_config()
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    whole = sum(p.numel() * p.element_size() for p in model.parameters() if not p.requires_grad)
    tokens = sum(batch.rows * batch.length for batch in batches)
    seen = settings.accumulation * steps / max(1, len(batches))
    return Estimate(
        weights=whole,
        adapter=trained * _ADAPTER_BYTES,
        activations=int(max(_activations(config, b.rows, b.length) for b in batches)),
        logits=max(batch.learned for batch in batches) * config.vocab_size * _LOGIT,
        steps=steps,
        tokens=int(tokens * seen),
    )


def batched(lengths: Sequence[int], learned: Sequence[int], size: int) -> list[Batch]:
    """Return batches of like lengths, as a training makes them.

    Args:
        lengths: Tokens of each row.
        learned: Of them, those that are learned.
        size: Rows of a batch.
    """
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    groups = [order[at : at + size] for at in range(0, len(order), size)]
    return [Batch(len(g), lengths[g[-1]], sum(learned[i] for i in g)) for g in groups]


def check_fits(estimate: Estimate, settings: Settings) -> None:
    """Refuse a training that the memory cannot hold.

    Args:
        estimate: What it needs, with the base that is loaded already.
        settings: How it is trained.

    Raises:
        TrainingError: It does not fit; says what to lower.
    """
    held = estimate.weights if holds_the_weights(settings) else 0
    free = free_bytes() + held + _FIXED_BYTES
    if estimate.total > free:
        raise TrainingError(
            f"the training {estimate.told()}, but has {_size(free)}: {what_to_lower(settings)}"
        )


def _activations(config: Any, rows: int, length: int) -> float:
    heads: int = config.num_attention_heads
    a_token: float = _HIDDEN * config.hidden_size + _INNER * config.intermediate_size
    layers: int = config.num_hidden_layers
    return rows * length * layers * (a_token + _SCORES * heads * length)


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e8 else f"{number / 1e6:.0f} MB"
