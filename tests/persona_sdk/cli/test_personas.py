import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from guards.scripted import WordEntailment
from persona_sdk.cli.new_persona import write_whole
from persona_sdk.cli.personas import app
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.personas import bundled, load

PROFILE = "Mara is a baker and lives in Lyon. She hates rain."
STATEMENTS = ["Mara is a baker.", "Mara lives in Lyon.", "Mara hates rain."]

Run = Callable[..., Result]


@pytest.fixture
def personas() -> Run:
    def run(*args: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)

    return run


@pytest.fixture
def word_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    scorers = SimpleNamespace(entailment=WordEntailment())
    monkeypatch.setattr("guards.load.load_scorers", lambda: scorers)


def texts(path: Path) -> list[str]:
    return [statement.text for statement in load(path).statements]


def test_list_shows_every_bundled_persona(personas: Run) -> None:
    result = personas("list")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in bundled())


def test_list_as_json_is_json(personas: Run) -> None:
    rows = json.loads(personas("list", "--json").stdout)
    assert [row["name"] for row in rows] == bundled()
    assert next(row for row in rows if row["name"] == "hester")["statements"] == 150


def test_show_prints_what_the_persona_says(personas: Run) -> None:
    result = personas("show", "PIP")
    assert "Pip is a clockwork fox. (hard)" in result.stdout
    assert all(line in result.stdout for line in load("pip").fallbacks)


def test_show_as_json_has_every_statement(personas: Run) -> None:
    data = json.loads(personas("show", "pip", "--json").stdout)
    assert data["statements"][0] == {
        "id": "fox",
        "text": "Pip is a clockwork fox.",
        "hard": True,
        "weight": 1.0,
    }


def test_show_lets_no_text_steer_the_terminal(personas: Run, tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text('{"name": "M", "statements": ["M is \\u202eevil. [red]x[/red]"]}')
    result = personas("show", file)
    assert "\u202e" not in result.stdout
    assert "[red]x[/red]" in result.stdout


def test_an_unknown_persona_is_bad_input(personas: Run) -> None:
    result = personas("show", "tes")
    assert result.exit_code == 3
    assert "did you mean tess?" in result.stderr
    assert result.stdout == ""


def test_a_broken_file_is_bad_input_with_line_and_column(personas: Run, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('name = "Mara"\nstatements = [')
    result = personas("lint", tmp_path / "m.toml", "--no-model")
    assert result.exit_code == 3
    assert "m.toml:2:15: broken TOML" in result.stderr


def test_lint_of_a_clean_persona_ends_well(personas: Run) -> None:
    result = personas("lint", "tess", "--no-model")
    assert (result.exit_code, result.stdout) == (0, "Tess Marlow: 0 errors, 0 warnings\n")


def test_lint_with_errors_ends_with_code_1(personas: Run, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('name = "Mara"\nstatements = ["Mara bakes.", "Mara bakes"]')
    result = personas("lint", tmp_path / "m.toml", "--no-model")
    assert result.exit_code == 1
    assert "error duplicate: statement s2 repeats s1" in result.stdout
    assert "1 error, 1 warning" in result.stdout


@pytest.mark.usefixtures("word_scorer")
def test_lint_finds_contradictions_with_the_discriminator(personas: Run, tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'name = "Mara"\nfallbacks = ["Who knows?"]\n'
        'statements = ["Mara never drinks coffee.", "Mara drinks coffee.", "Mara sings."]'
    )
    result = personas("lint", tmp_path / "m.toml", "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (data["errors"], data["warnings"]) == (1, 0)
    assert data["findings"][0]["rule"] == "contradiction"
    assert data["findings"][0]["statements"] == ["s1", "s2"]


def test_no_model_loads_no_discriminator(personas: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "guards", None)
    assert personas("lint", "pip", "--no-model").exit_code == 0


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_new_splits_a_profile_from_standard_input(
    personas: Run, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"m.{ending}"
    result = personas("new", file, "--name", "Mara", "--from", "-", stdin=PROFILE)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 statements" in result.stderr
    assert texts(file) == STATEMENTS


def test_new_reads_a_profile_from_a_file(personas: Run, tmp_path: Path) -> None:
    (tmp_path / "profile.txt").write_text(PROFILE)
    personas("new", tmp_path / "m.toml", "--name", "Mara", "--from", tmp_path / "profile.txt")
    assert texts(tmp_path / "m.toml") == STATEMENTS


def test_new_without_a_profile_writes_a_start_that_lints_clean(
    personas: Run, tmp_path: Path
) -> None:
    personas("new", tmp_path / "m.toml", "--name", "Mara")
    result = personas("lint", tmp_path / "m.toml", "--no-model")
    assert result.stdout == "Mara: 0 errors, 0 warnings\n"


def test_new_writes_to_standard_output(personas: Run) -> None:
    result = personas("new", "-", "--name", "Mara", "--format", "json")
    assert json.loads(result.stdout)["name"] == "Mara"


def test_new_splits_by_a_model_when_told(
    personas: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ScriptedModel("Mara is a baker in Lyon.\nMara hates rain.")
    catalog = SimpleNamespace(load_model=lambda name: model)
    monkeypatch.setitem(sys.modules, "persona_sdk.models.catalog", catalog)
    args = ("--name", "Mara", "--from", "-", "--model", "scripted")
    personas("new", tmp_path / "m.toml", *args, stdin=PROFILE)
    assert texts(tmp_path / "m.toml") == ["Mara is a baker in Lyon.", "Mara hates rain."]


def test_new_says_where_the_model_s_answer_was_not_used(
    personas: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = SimpleNamespace(load_model=lambda name: ScriptedModel("No."))
    monkeypatch.setitem(sys.modules, "persona_sdk.models.catalog", catalog)
    args = ("--name", "Mara", "--from", "-", "--model", "scripted")
    result = personas("new", tmp_path / "m.toml", *args, stdin=PROFILE)
    assert "passage 1: split by rules" in result.stderr
    assert texts(tmp_path / "m.toml") == STATEMENTS


def test_new_never_replaces_a_file_without_force(personas: Run, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("precious")
    refused = personas("new", file, "--name", "Mara")
    assert (refused.exit_code, file.read_text()) == (3, "precious")
    assert "exists already: add --force" in refused.stderr
    assert personas("new", file, "--name", "Mara", "--force").exit_code == 0
    assert load(file).name == "Mara"


@pytest.mark.parametrize(
    ("args", "stdin", "problem"),
    [
        (("m.yaml", "--name", "Mara"), "", "ends in .toml or .json, was: '.yaml'"),
        (("m.toml", "--name", "Mara", "--format", "json"), "", "needs a file that ends in .json"),
        (("m.toml", "--name", " "), "", "--name must not be empty"),
        (("m.toml", "--name", "Ma\x07ra"), "", "holds the control character U+0007"),
        (("m.toml", "--name", "Mara", "--from", "-"), "\n \n", "holds no sentence"),
        (("m.toml", "--name", "Mara", "--from", "-"), "a\nb\x1bc", "input:2:2: holds the control"),
        (("m.toml", "--name", "Mara", "--from", "-"), b"a\xff", "input:1:2: not UTF-8"),
        (("m.toml", "--name", "Mara", "--from", "-"), "b" * 5000, "at most 2,000 characters"),
        (("m.toml", "--name", "Mara", "--from", "none.txt"), "", "none.txt: No such file"),
        (("none/m.toml", "--name", "Mara"), "", "m.toml: No such file or directory"),
    ],
)
def test_new_refuses_bad_input_and_writes_nothing(
    personas: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    stdin: str | bytes,
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = personas("new", *args, stdin=stdin)
    assert result.exit_code == 3
    assert problem in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "m.toml"
    file.write_text("old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_whole(file, "new")
    assert caught.value.filename == str(file)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]
