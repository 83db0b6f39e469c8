"""Planted measurements: what a gate would have measured, with a known truth behind it."""

from collections.abc import Callable

import numpy as np
import pytest

from persona_sdk.training.gate.values import Measurement, Side

Planted = Callable[..., list[Measurement]]

BEFORE = {
    "delta_apc": 0.5,
    "hard_contradiction": 0.1,
    "contradiction": 0.2,
    "passes": 0.7,
    "known_answer": 0.4,
    "repeated": 0.05,
    "looped": 0.0,
    "reply_surprise": 1.0,
    "words": 20.0,
}
SHARES = ("hard_contradiction", "contradiction", "passes", "known_answer")
CHATS, QUESTIONS = 24, 60


@pytest.fixture
def planted() -> Planted:
    """Make both sides; keyword arguments are what the metrics differ by on average."""

    def make(
        items: int = 120, personas: int = 4, *, seed: int = 0, **gains: float
    ) -> list[Measurement]:
        rng = np.random.default_rng(seed)
        found: list[Measurement] = []
        for number in range(items):
            persona, item = f"p{number % personas}", f"q{number // personas}"
            before = {name: _drawn(rng, name, mean) for name, mean in BEFORE.items()}
            after = {name: _moved(rng, name, v, gains.get(name, 0.0)) for name, v in before.items()}
            text = f"reply {number} of somebody who says other words each time {rng.random()}"
            sides: tuple[tuple[Side, dict[str, float]], ...] = (
                ("before", before),
                ("after", after),
            )
            for side, values in sides:
                found.append(
                    Measurement(side, "reply", persona, item, query="?", reply=text, values=values)
                )
        for side, shift in (("before", 0.0), ("after", 1.0)):
            for number in range(CHATS):
                value = 2.0 + number / 40 + shift * gains.get("chat_surprise", 0.0)
                found.append(_fixed(side, "chat", number, "chat_surprise", value))
            for number in range(QUESTIONS):
                right = number < 40 + shift * gains.get("ability", 0.0) * QUESTIONS
                found.append(_fixed(side, "ability", number, "ability", float(right)))
        return found

    return make


def _fixed(side, task, number, metric, value) -> Measurement:  # type: ignore[no-untyped-def]
    return Measurement(side, task, "", f"{task}/{number}", values={metric: value})


def _drawn(rng: np.random.Generator, name: str, mean: float) -> float:
    if name in SHARES:
        return float(rng.random() < mean)
    return float(max(rng.normal(mean, 0.6 if name == "delta_apc" else 0.2 * mean), 0.0))


def _moved(rng: np.random.Generator, name: str, value: float, gain: float) -> float:
    """Change a value so that the mean moves by `gain`; a share changes sides on some items."""
    if name in SHARES:
        if gain > 0:
            return 1.0 if rng.random() < gain / (1 - BEFORE[name]) else value
        return 0.0 if rng.random() < -gain / BEFORE[name] else value
    return value + gain + float(rng.normal(0, 0.3)) * (name == "delta_apc")
