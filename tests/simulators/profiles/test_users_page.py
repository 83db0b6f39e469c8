"""docs/users.md tells the truth."""

import re
from dataclasses import fields
from pathlib import Path

from typer.testing import CliRunner

from persona_sdk.cli.main import app
from persona_sdk.profile import BigFive, Fact, Profile, Style
from simulators.profiles.logs import FORMATS

PAGE = (Path(__file__).parents[3] / "docs" / "users.md").read_text(encoding="utf-8")


def test_the_example_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_every_key_of_a_profile_is_on_the_page() -> None:
    names = {f.name for kind in (Profile, Fact, Style, BigFive) for f in fields(kind)}
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_every_format_is_on_the_page() -> None:
    assert all(f"| `{form}` |" in PAGE for form in FORMATS)


def test_every_option_that_the_page_names_exists() -> None:
    told = CliRunner().invoke(app, ["users", "extract", "--help"]).stdout
    named = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    assert named and {option for option in named if option not in told} == set()
