"""The README's Python runs as it stands."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.model
def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
    names["test_alice"](lambda who, users: SimpleNamespace(violation_rate=0.0))
    shown = capsys.readouterr().out
    assert "pass" in shown
    assert "I have never touched a guitar." in shown
