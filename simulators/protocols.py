"""The seams of the simulators beside those of `persona_sdk.protocols`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from persona_sdk.types import Conversation, Reply
from simulators.values import Move


class Replier(Protocol):
    """What a rollout needs of a character; `persona_sdk.agent.PersonaAgent` has this shape."""

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn."""


class User(Protocol):
    """A simulated user whose turns carry a decision; it may be asked from many threads.

    It holds no state of a conversation: what comes next follows from the conversation alone, so
    that a run can go on behind a journal.
    """

    def move(self, conversation: Conversation) -> Move:
        """Return what the user does next.

        Raises:
            PersonaSDKError: The user's model failed.
        """


class TextEmbedder(Protocol):
    """Turns texts into unit vectors; `guards.embedder.Embedder` has this shape."""

    @property
    def digest(self) -> str:
        """Names the weights."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors `(texts, width)`.

        Raises:
            ScorerError: The network failed.
        """
