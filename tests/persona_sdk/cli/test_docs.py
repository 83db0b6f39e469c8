"""The page of the command line says what the commands say."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from persona_sdk.cli import terminal
from persona_sdk.cli.chat_loop import HELP
from persona_sdk.cli.main import EPILOG, app
from persona_sdk.cli.verdicts import VERDICT_FIELDS

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def codes(text: str, pattern: str) -> list[tuple[str, str]]:
    found = re.findall(pattern, text, flags=re.MULTILINE)
    return [(code, words.replace("`", "").split(";")[0].strip()) for code, words in found]


def test_the_exit_codes_are_the_same_everywhere() -> None:
    table = codes(PAGE, r"^\| (\d+) \| (.+) \|$")
    assert table == codes(terminal.__doc__ or "", r"^\| (\d+) \| (.+) \|$")
    assert table == codes(EPILOG, r"^ +(\d+)  (.+)$")


def test_every_command_is_on_the_page() -> None:
    commands = CliRunner().invoke(app, ["--help"]).stdout.split("Commands:")[1]
    names = re.findall(r"^  (\w+)  ", commands.split("Exit codes:")[0], flags=re.MULTILINE)
    assert len(names) >= 9
    assert all(f"persona {name}" in PAGE for name in names)


@pytest.mark.parametrize(
    "command",
    [["chat"], ["check"], ["score"], ["eval", "nli"], ["eval", "relevance"], ["doctor"]],
)
def test_every_option_of_the_commands_told_here_is_on_the_page(command: list[str]) -> None:
    told = CliRunner().invoke(app, [*command, "--help"]).stdout
    options = set(re.findall(r"--[a-z][a-z-]+", told)) - {"--help"}
    assert options
    assert {option for option in options if option not in PAGE} == set()


def test_every_command_inside_a_chat_is_on_the_page() -> None:
    told = re.findall(r"^/\w+!?", HELP, flags=re.MULTILINE)
    assert len(told) == 8
    assert {
        name for name in told if not re.search(rf"^\| `{name}[ `]", PAGE, re.MULTILINE)
    } == set()


def test_every_field_of_an_output_row_is_on_the_page() -> None:
    assert all(f"| `{name}` |" in PAGE for name in VERDICT_FIELDS)
