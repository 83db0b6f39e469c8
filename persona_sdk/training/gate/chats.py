"""Fixed chats that nobody trained on: how surprising does a model find them?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from persona_sdk.training.gate.ability import FOLDER
from persona_sdk.training.gate.likelihood import Likelihood, surprise
from persona_sdk.types import Turn


@dataclass(frozen=True, slots=True)
class Chat:
    """One exchange that somebody wrote."""

    asked: str
    said: str


@cache
def chats() -> tuple[Chat, ...]:
    """Return the fixed set, in the order of its file."""
    rows = tomllib.loads((FOLDER / "chats.toml").read_text(encoding="utf-8"))["chat"]
    return tuple(Chat(**row) for row in rows)


def surprise_of(likelihood: Likelihood, chat: Chat) -> float | None:
    """Return the mean negative log-probability of a token of the reply, in nats.

    Raises:
        ModelError: The engine failed.
    """
    return surprise(likelihood, [Turn("user", chat.asked)], chat.said)
