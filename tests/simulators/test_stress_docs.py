"""docs/stress.md tells the truth."""

import re
from pathlib import Path
from typing import get_args

from typer.testing import CliRunner

from persona_sdk.cli.main import app
from simulators.values import Party, Status

PAGE = (Path(__file__).parents[2] / "docs" / "stress.md").read_text(encoding="utf-8")


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_every_option_is_on_the_page() -> None:
    told = CliRunner().invoke(app, ["stress", "--help"]).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", told)) - {"--help"}
    assert len(options) > 20
    assert {option for option in options if option not in PAGE} == set()


def test_every_ending_and_every_fault_is_on_the_page() -> None:
    names = {*get_args(Status), *get_args(Party)} - {"running"}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()
