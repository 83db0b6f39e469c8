import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.cli.character_rows import CountedModel
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import GenerationOptions, Turn

Run = Callable[..., Result]
FOX = "scripted:I am Pip, a clockwork fox."

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch, word_guard: None, tmp_path: Path) -> None:
    """Let discriminators compare words, and runs land in the test's folder."""
    scorers = SimpleNamespace(entailment=WordEntailment(), relevance=WordRelevance())
    monkeypatch.setattr("guards.load.load_scorers", lambda *_: scorers)
    monkeypatch.chdir(tmp_path)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]


def test_models_and_prompts_make_the_rows(persona: Run, tmp_path: Path) -> None:
    out = tmp_path / "run"
    result = persona(
        "eval",
        "character",
        "pip",
        "--model",
        FOX,
        "--model",
        "scripted:Hm.",
        "--baselines",
        "--items",
        8,
        "--out",
        out,
        "--json",
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    strategies = ("name-only", "experience", "long-context", "retrieval")
    names = [f"{model} {strategy}" for model in (FOX, "scripted:Hm.") for strategy in strategies]
    assert [row["row"] for row in told["rows"]] == names
    assert told["leak_rate"] == 0
    assert {d["row"] for d in told["differences"]} == set(names[1:])
    assert len(lines(out)) == 1 + len(names) * (8 + 10)
    assert (out / "items.jsonl").read_text().count("\n") == 8


def test_the_table_shows_intervals_and_what_is_not_resolved(persona: Run) -> None:
    result = persona(
        "eval",
        "character",
        "pip",
        "--model",
        FOX,
        "--prompt",
        "name-only",
        "--prompt",
        "retrieval",
        "--items",
        8,
    )
    assert result.exit_code == 0, result.output
    for heading in ("known answers", "ΔAPC", "coverage", "contradictions", "repeated"):
        assert heading in result.stdout
    assert "not resolved" in result.stdout
    assert "8 items; 0.0% of the questions name a part of the answer" in result.stderr


def test_controls_flag_what_ranks_nobody(persona: Run) -> None:
    result = persona(
        "eval",
        "character",
        "pip",
        "--model",
        "scripted:As an AI, I cannot.",
        "--controls",
        "--items",
        8,
        "--json",
    )
    told = json.loads(result.stdout)
    controls = [row["row"] for row in told["rows"] if row["control"]]
    assert "control: echo" in controls and "control: always deflect" in controls
    assert "score" in told["unusable_for_ranking"]


def test_a_run_that_stopped_goes_on_and_comes_to_the_same(persona: Run, tmp_path: Path) -> None:
    options = ("eval", "character", "pip", "--model", FOX, "--items", 8, "--json")
    whole, half = tmp_path / "whole", tmp_path / "half"
    first = json.loads(persona(*options, "--out", whole).stdout)
    persona(*options, "--out", half)
    path = half / "answers.jsonl"
    kept = path.read_text().splitlines(keepends=True)[:7]
    path.write_text("".join(kept) + '{"row": "scrip')
    result = persona(*options, "--out", half, "--resume")
    assert result.exit_code == 0, result.output
    assert "6 answers are kept already" in result.stderr
    assert path.read_text().splitlines(keepends=True)[:7] == kept
    assert json.loads(result.stdout)["differences"] == first["differences"]
    scores = [told["rows"][0]["score"] for told in (first, json.loads(result.stdout))]
    assert scores[0] == scores[1]


def test_a_spent_budget_is_told(persona: Run, tmp_path: Path) -> None:
    result = persona(
        "eval",
        "character",
        "pip",
        "--model",
        FOX,
        "--items",
        8,
        "--budget-seconds",
        0,
        "--out",
        tmp_path / "run",
    )
    assert result.exit_code == 2
    assert "nothing was asked" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--prompt", "telepathy"), "--prompt must be one of name-only"),
        (("--prompt", "retrieval", "--prompt", "retrieval"), "stands twice"),
        (("--model", "builtin", "--model", "builtin"), "--model builtin stands twice"),
        (("--prompt", "retrieval", "--baselines"), "leave --prompt out"),
        (("--resume",), "--resume needs the folder"),
    ],
)
def test_wrong_options_are_named(persona: Run, options: tuple[str, ...], message: str) -> None:
    result = persona("eval", "character", "pip", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_folder_with_a_run_is_not_overwritten(persona: Run, tmp_path: Path) -> None:
    options = ("eval", "character", "pip", "--model", FOX, "--items", 8, "--out", tmp_path / "run")
    persona(*options)
    again = persona(*options)
    assert again.exit_code == 2
    assert "holds a run" in again.stderr
    other = persona(*options, "--seed", 5, "--resume")
    assert other.exit_code == 3
    assert "is of another run" in other.stderr


def test_drafts_that_were_rejected_count_as_tokens() -> None:
    model = CountedModel(ScriptedModel(["one two three"], cycle=True))
    for _ in range(2):
        model.generate([Turn("user", "Hm?")], options=GenerationOptions())
    assert model.written > 0
    assert model.written % 2 == 0
