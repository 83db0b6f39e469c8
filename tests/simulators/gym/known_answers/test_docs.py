"""docs/known-answers.md tells the truth."""

import re
from pathlib import Path

from simulators.gym.known_answers.items import KINDS
from simulators.gym.known_answers.marks import Bars

PAGE = (Path(__file__).parents[4] / "docs" / "known-answers.md").read_text(encoding="utf-8")


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_every_kind_is_explained() -> None:
    assert all(f"| {kind} |" in PAGE for kind in KINDS)


def test_the_bars_are_those_of_the_code() -> None:
    bars = Bars()
    for name in ("entailed", "contradicted", "elsewhere"):
        assert f"| `{name}` | {getattr(bars, name)} |" in PAGE
    assert f"{bars.abstain} below it" in PAGE
