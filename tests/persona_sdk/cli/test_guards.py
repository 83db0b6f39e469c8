import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from guards.apc import APCGuard
from guards.catalog import FORMS
from guards.load import SHIPPED
from guards.scripted import WordEntailment, WordRelevance
from guards.training.report.evaluate import Judges
from guards.training.report.judges import Subject
from guards.training.report.report_sets import NAMES
from persona_sdk.types import Entailment

Run = Callable[..., Result]

ROWS = [
    {"statement": "Ann likes tea.", "reply": "I am not fond of tea.", "label": "contradiction"},
    {"statement": "Ann likes tea.", "reply": "Tea it is.", "label": "neutral"},
    {"statement": "Ann likes tea.", "query": "Ah, tea?", "label": "yes"},
]


class _Toy:
    name = "toy"

    def pairs(self, first: Sequence[Any], second: Sequence[str]) -> list[Any]:
        if not isinstance(first[0], str):
            return [0.9 for _ in first]
        table = {True: Entailment(0.8, 0.1, 0.1), False: Entailment(0.1, 0.1, 0.8)}
        return [table["not" in premise] for premise in first]


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONA_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    toy: Any = _Toy()
    judges = Judges("toy", toy, toy, APCGuard(WordRelevance(), WordEntailment()))
    settings = {"temperature": {"nli": 1.0, "relevance": 1.0}}
    monkeypatch.setattr(
        "guards.training.report.judges.load_subject", lambda name: Subject(judges, "toy", settings)
    )


def _rows(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.usefixtures("toy")
def test_own_rows_are_measured_beside_their_baselines(persona: Run, tmp_path: Path) -> None:
    result = persona("guards", "eval", "--rows", _rows(tmp_path, *ROWS), "--json", "-")
    told = json.loads(result.stdout)
    assert told["weights"] == "toy"
    assert told["sets"]["own_entailment"]["accuracy"] == 0.5
    assert told["sets"]["own_entailment"]["majority"] == 0.5
    assert told["sets"]["own_relevance"]["accuracy"] == 1.0
    assert told["calibration"]["nli"]["rows"] == 2
    assert told["left_out"] == {}


@pytest.mark.usefixtures("toy")
def test_people_read_tables_and_the_file_holds_the_figures(persona: Run, tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    result = persona("guards", "eval", "--rows", _rows(tmp_path, *ROWS), "--json", out)
    assert result.exit_code == 0
    for word in ("accuracy, %", "majority", "overlap", "own_entailment", "ECE", "calibration"):
        assert word in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert json.loads(out.read_text())["sets"].keys() == {"own_entailment", "own_relevance"}


@pytest.mark.parametrize(("place", "told"), [("none/x.json", "there is no folder"), ("", "is a")])
def test_figures_that_cannot_be_written_are_not_measured(
    persona: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, told: str
) -> None:
    monkeypatch.setattr("guards.training.report.judges.load_subject", lambda name: pytest.fail())
    result = persona("guards", "eval", "--sets", "written_nli", "--json", tmp_path / place)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.usefixtures("toy")
def test_sets_whose_files_are_missing_are_named(persona: Run, tmp_path: Path) -> None:
    result = persona("guards", "eval", "--data", tmp_path, "--sets", "decode, qnli", "--no-frozen")
    assert result.exit_code == 0
    assert "left out: decode: no data file" in result.stdout
    assert "left out: qnli: no data file" in result.stdout


@pytest.mark.usefixtures("toy")
def test_synthetic_sets_need_no_data_folder(persona: Run) -> None:
    result = persona("guards", "eval", "--sets", "synthetic_profiles")
    assert "synthetic_profiles  900" in result.stdout


def test_an_unknown_set_is_wrong_usage(persona: Run) -> None:
    result = persona("guards", "eval", "--sets", "decoed")
    assert result.exit_code == 2
    assert "no set 'decoed', there are: mnli_matched" in result.stderr


def test_a_broken_row_is_bad_input_with_its_line(persona: Run, tmp_path: Path) -> None:
    rows = _rows(tmp_path, ROWS[0], {"statement": "Ann likes tea.", "reply": "Yes."})
    for command in (("eval",), ("train", "--out", tmp_path / "run")):
        result = persona("guards", *command, "--rows", rows)
        assert result.exit_code == 3
        assert "rows.jsonl:2: has no label" in result.stderr


@pytest.mark.usefixtures("toy")
def test_broken_rows_are_left_out_by_name_where_that_is_asked_for(
    persona: Run, tmp_path: Path
) -> None:
    rows = _rows(tmp_path, *ROWS[:2], {"statement": "Ann likes tea.", "reply": "Yes."})
    result = persona("guards", "eval", "--rows", rows, "--on-error", "skip", "--json", "-")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sets"]["own_entailment"]["rows"] == 2
    assert "left out: " in result.stderr
    assert "rows.jsonl:3: has no label" in result.stderr


def test_the_help_names_every_set_and_every_form_of_weights(persona: Run) -> None:
    told = " ".join(persona("guards", "eval", "--help").stdout.split())
    listed = told.split("commas, out of ")[1].split("; default")[0]
    assert listed.split(", ") == list(NAMES)
    assert all(form in told for form in FORMS if form != "PATH")


def test_weights_of_another_kind_end_with_the_code_of_the_guard(
    persona: Run, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text('{"format_version": "0"}')
    result = persona("guards", "eval", "--weights", tmp_path)
    assert result.exit_code == 5
    assert "is for text format 0" in result.stderr


def test_a_run_is_not_overwritten(persona: Run, tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"kept")
    rows = _rows(tmp_path, *ROWS)
    result = persona("guards", "train", "--rows", rows, "--out", tmp_path)
    assert result.exit_code == 2
    assert "holds a run: add --resume" in result.stderr


@pytest.mark.parametrize("minutes", ["0", "inf", "nan"])
def test_a_senseless_time_is_no_training(persona: Run, tmp_path: Path, minutes: str) -> None:
    rows = _rows(tmp_path, *ROWS)
    result = persona("guards", "train", "--rows", rows, "--out", tmp_path, "--minutes", minutes)
    assert result.exit_code == 2
    assert f"--minutes must be above 0 and finite, was: {minutes}" in result.stderr


def test_a_senseless_share_of_a_teacher_is_no_training(persona: Run, tmp_path: Path) -> None:
    given = ("--rows", _rows(tmp_path, *ROWS), "--out", tmp_path, "--teacher", tmp_path)
    result = persona("guards", "train", *given, "--teacher-weight", "2")
    assert result.exit_code == 2
    assert "teacher weight must be in (0, 1], was: 2" in result.stderr


def test_an_export_wants_a_run(persona: Run, tmp_path: Path) -> None:
    result = persona("guards", "export", tmp_path, "--out", tmp_path / "weights")
    assert result.exit_code == 2
    assert "no checkpoint.pt or config.json in" in result.stderr
    assert "train first" in result.stderr


def test_exported_weights_are_converted_and_not_calibrated(
    persona: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert(source: Path, weights: Path, *, precision: str) -> SimpleNamespace:
        assert (source, weights, precision) == (SHIPPED, tmp_path / "w", "float32")
        return SimpleNamespace(source="discriminators-aa", precision="int8")

    monkeypatch.setattr("guards.training.convert.convert", convert)
    given = ("guards", "export", "builtin", "--precision", "float32", "--out", tmp_path / "w")
    result = persona(*given)
    assert result.exit_code == 0
    assert "float32, converted from discriminators-aa in int8" in result.stdout
    assert "nothing was calibrated" in result.stdout
    refused = persona(*given, "--data", tmp_path)
    assert refused.exit_code == 2
    assert "exported weights are not calibrated anew" in refused.stderr


@pytest.mark.parametrize("command", ["train", "export", "convert"])
def test_a_missing_torch_names_the_extra(
    persona: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("domain_run", "batches", "network", "run", "embedder", "unquantise"):
        monkeypatch.delitem(sys.modules, f"guards.training.{name}", raising=False)
    if command == "train":
        result = persona(
            "guards", "train", "--rows", _rows(tmp_path, *ROWS), "--out", tmp_path / "r"
        )
    elif command == "convert":
        given = ("builtin", "--precision", "float32", "--out", tmp_path / "w")
        result = persona("guards", "export", *given)
    else:
        (tmp_path / "checkpoint.pt").write_bytes(b"")
        result = persona("guards", "export", tmp_path, "--out", tmp_path / "weights")
    assert result.exit_code == 2
    assert "torch is not installed: run `pip install 'faithful-persona[train]'`" in result.stderr


def test_a_card_is_written_from_the_figures_beside_the_weights(
    persona: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = SimpleNamespace()

    def write_card(weights: Path, *, figures: Path | None, template: Path | None) -> Path:
        seen.given = (weights, figures, template)
        return weights / "README.md"

    monkeypatch.setattr("guards.training.report.card.write_card", write_card)
    result = persona("guards", "card", tmp_path, "--figures", tmp_path / "f.json")
    assert seen.given == (tmp_path, tmp_path / "f.json", None)
    assert result.stdout.strip() == str(tmp_path / "README.md")


def test_a_card_without_figures_says_how_to_get_them(persona: Run, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    result = persona("guards", "card", tmp_path)
    assert result.exit_code == 5
    assert "persona guards eval --json figures.json" in result.stderr


@pytest.mark.model
def test_the_shipped_weights_are_measured_on_own_rows(persona: Run, tmp_path: Path) -> None:
    rows = [
        {
            "character": "Ann",
            "statement": "Ann loves coffee.",
            "query": "Do you like coffee?",
            "reply": reply,
            "label": label,
        }
        for reply, label in (
            ("Yes, I love coffee.", "entailment"),
            ("No, I hate coffee. I never drink it.", "contradiction"),
        )
    ]
    result = persona("guards", "eval", "--rows", _rows(tmp_path, *rows), "--json", "-")
    assert json.loads(result.stdout)["sets"]["own_entailment"]["accuracy"] == 1.0
