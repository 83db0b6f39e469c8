"""docs/simulators.md tells the truth."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "simulators.md"


def test_the_example_runs() -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 1
    exec(examples[0], {})
