"""The seam of what tells how likely a text is, and the surprise that a gate reads off it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Protocol, runtime_checkable

from persona_sdk.types import Turn


@runtime_checkable
class Likelihood(Protocol):
    """How likely does a model find a text? `persona_sdk.models.llama_score` has this shape."""

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        """Return the natural log-probability, at most 0, of each token of `continuation`.

        Args:
            messages: The prompt, as `ChatModel.generate` takes it.
            continuation: What the assistant says behind it; empty gives no tokens.

        Raises:
            ModelError: The engine failed.
            ContextOverflow: Prompt and continuation do not fit.
        """


def surprise(likelihood: Likelihood, messages: Sequence[Turn], text: str) -> float | None:
    """Return the mean negative log-probability of a token, in nats; None for an empty text."""
    found = likelihood.log_likelihood(messages, text)
    return -fmean(found) if found else None
