"""docs/simulated-users.md tells the truth."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from simulators.attacks import STRATEGIES
from simulators.behaviour.difficulty import Difficulty

PAGE = (Path(__file__).parents[2] / "docs" / "simulated-users.md").read_text("utf-8")


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_every_strategy_stands_there_with_its_turns() -> None:
    for name, strategy in STRATEGIES.items():
        assert f"| `{name}` | {strategy.span} |" in PAGE


def test_every_knob_stands_there() -> None:
    for field in fields(Difficulty):
        assert f"`{field.name}`" in PAGE
