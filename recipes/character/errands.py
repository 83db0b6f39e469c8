"""Everyday questions without a character: what the plain model says must not be unlearned."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from persona_sdk.protocols import ChatModel
from persona_sdk.sentences import split_segments
from persona_sdk.types import GenerationOptions, Turn

OPTIONS = GenerationOptions(max_tokens=60, temperature=0.8)
"""Drawn, not the likeliest: learnt from these alone, it would find all other words unlikely."""

ASKED = (1, 2, 3)
"""Questions of a conversation."""

ROUNDS = 2
"""How often each question is asked, beside other ones each time."""


def errands(model: ChatModel, rng: random.Random) -> Iterator[list[Turn]]:
    """Yield conversations whose replies the model drew, cut behind a whole sentence.

    Args:
        model: The plain model.
        rng: Decides which questions stand together, and seeds the replies.

    Raises:
        ModelError: The model failed.
    """
    text = (Path(__file__).parent / "errands.toml").read_text("utf-8")
    asks: list[str] = tomllib.loads(text)["ask"]
    for _ in range(ROUNDS):
        left = rng.sample(asks, len(asks))
        while left:
            turns: list[Turn] = []
            for _ in range(min(rng.choice(ASKED), len(left))):
                turns.append(Turn("user", left.pop()))
                options = replace(OPTIONS, seed=rng.getrandbits(31))
                said = model.generate(turns, options=options)[0]
                turns.append(Turn("assistant", _whole(said.text, said.finish_reason)))
            yield turns


def _whole(text: str, finish_reason: str) -> str:
    """Leave out the sentence at which the reply was cut off, unless it is the only one."""
    parts = [part.text for part in split_segments(text)]
    kept = parts[:-1] if finish_reason == "length" and len(parts) > 1 else parts
    return " ".join(kept).strip()
