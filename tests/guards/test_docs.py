"""The pages on the guard tell the truth.

`UPDATE_DOCS=1 pytest tests/guards/test_docs.py` writes what the commands print into the pages.
"""

import doctest
import json
import os
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from guards.load import SHIPPED
from guards.training.report.report_sets import NAMES
from guards.training.synthesize.claims import claims
from persona_sdk.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "guards.md"
OWN = DOCS / "guards-own.md"
GUARD = DOCS / "guard.md"
DISCRIMINATORS = DOCS / "discriminators.md"
PERFORMANCE = DOCS / "performance.md"

DRIFT = 0.15
"""Two processors may differ that much in a probability."""

_NUMBER = re.compile(r"\d+\.\d+")


@pytest.mark.parametrize("page", [PAGE, OWN], ids=lambda page: page.name)
def test_the_python_examples_give_what_they_show(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert failed == 0
    assert page != PAGE or tried == 6


def _consoles() -> list[tuple[str, str]]:
    blocks = re.findall(r"```console\n\$ persona (.*)\n((?:.*\n)*?)```", PAGE.read_text())
    return [(command, printed) for command, printed in blocks]


def _run(command: str) -> str:
    printed = CliRunner(env={"COLUMNS": "80"}).invoke(app, shlex.split(command)).stdout
    return "".join(line.rstrip() + "\n" for line in printed.splitlines())


@pytest.mark.model
def test_the_worked_example_is_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PAGE.read_text()
    (tmp_path / "nell.toml").write_text(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])
    monkeypatch.chdir(tmp_path)
    found = [(command, shown, _run(command)) for command, shown in _consoles()]
    assert [printed.split()[0] for _, _, printed in found] == ["fail", "pass"]
    if os.environ.get("UPDATE_DOCS"):
        for command, shown, printed in found:
            block = f"```console\n$ persona {command}\n"
            text = text.replace(f"{block}{shown}```", f"{block}{printed}```")
        PAGE.write_text(text)
        return
    for _, shown, printed in found:
        assert _masked(printed) == _masked(shown)
        numbers = zip(_NUMBER.findall(printed), _NUMBER.findall(shown), strict=True)
        assert all(abs(float(one) - float(other)) <= DRIFT for one, other in numbers)


def test_the_worked_example_shows_what_the_text_says_of_it() -> None:
    (_, printed), _ = _consoles()
    rows = [_numbers(line) for line in printed.splitlines() if re.match(r" s\d .* [+-]", line)]
    asked = [relevance > 0.5 for relevance, *_ in rows]
    likeliest = ["cne"[judged.index(max(judged))] for _, *judged in rows]
    coffee, nurse, porto, brothers = zip(asked, likeliest, strict=True)
    assert coffee == (True, "c")
    assert nurse == (True, "e")
    assert porto == brothers == (False, "n")


def _numbers(line: str) -> list[float]:
    """Return the relevance of a statement, and c, n and e, from a line of its table."""
    return [float(number) for number in _NUMBER.findall(line)[:4]]


def test_the_page_counts_the_claims_that_there_are() -> None:
    page = DISCRIMINATORS.read_text()
    assert f"`written/train` holds {len(claims('train'))} claims" in page
    assert f"`written/dev` holds {len(claims('dev'))} other facts" in page


def test_word_baselines_beat_the_head_on_qnli_as_the_page_says() -> None:
    assert "below word baselines there" in DISCRIMINATORS.read_text()
    qnli = json.loads((SHIPPED / "figures.json").read_text())["sets"]["qnli"]
    assert qnli["accuracy"] < max(qnli["hypothesis_only"], qnli["word_overlap"])


def test_the_page_tells_what_was_measured_of_a_large_persona() -> None:
    sentence = r"10,000 statements takes (\S+) ms where one with 100 takes (\S+) .*: (\S+) times"
    told = re.search(sentence, GUARD.read_text())
    measured = ("guard, 10000 statements", "guard, 100 statements", "10000 statements / 100")
    table = PERFORMANCE.read_text()
    found = [re.search(rf"^\| {name}.*? \| (\S+) ", table, re.MULTILINE) for name in measured]
    assert told and list(told.groups()) == [row and row[1] for row in found]


def _masked(text: str) -> str:
    """Return `text` with each number as `#`; signs go, as a number near 0 may change its own."""
    return re.sub(r"[+-]?\d+\.\d+", "#", text)


def test_every_option_of_the_commands_is_on_the_page() -> None:
    page = OWN.read_text()
    for command in ("eval", "train", "export", "card"):
        told = CliRunner().invoke(app, ["guards", command, "--help"]).stdout
        options = set(re.findall(r"--[a-z][a-z-]+", told)) - {"--help"}
        assert {option for option in options if option not in page} == set()


def test_every_set_is_on_the_page() -> None:
    page = OWN.read_text()
    assert [name for name in NAMES if f"`{name}`" not in page] == []
