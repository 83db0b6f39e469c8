import gzip
import json
from pathlib import Path

import pytest

from benchmarks import extraction
from guards.catalog import NamedScorers
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.models.scripted import ScriptedModel

ROW = {
    "user1": ["I keep bees.", "I live in Oslo."],
    "user2": ["I keep bees.", "I live in Oslo."],
    "conv": [
        "User 1: Hi! I keep bees. I think so.",
        "User 2: I keep bees. I think so.",
    ],
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "persona").mkdir()
    with gzip.open(tmp_path / "persona" / "synthetic_persona_chat_valid.jsonl.gz", "wt") as file:
        file.write("\n".join([json.dumps(ROW)] * 4))
    scorers = NamedScorers(WordRelevance(), WordEntailment())  # type: ignore[arg-type]
    monkeypatch.setattr(extraction, "load_named_scorers", lambda name: scorers)
    monkeypatch.setattr(
        extraction, "load_model", lambda name: ScriptedModel("You sail boats.", cycle=True)
    )
    monkeypatch.setattr(extraction, "DATA", tmp_path)
    monkeypatch.setattr(extraction, "DIALOGUES", 4)
    return tmp_path


def figures() -> dict[str, float]:
    return {row.name.split(" [")[0]: row.value for row in extraction.run()}


@pytest.mark.usefixtures("data")
def test_rules_find_what_was_told_and_a_plain_prompt_what_was_not() -> None:
    found = figures()
    assert found["rules: DP.P"] == 1.0
    assert found["rules: recall, given lines that were told"] == 1.0
    assert found["plain prompt: DPC"] == 0.0
    assert found["rules above plain prompt: DPC"] > 0.5


@pytest.mark.usefixtures("data")
def test_copying_every_sentence_wins_by_dpc_and_not_by_the_given_lines() -> None:
    found = figures()
    assert found["every I sentence: DPC"] >= found["rules: DPC"]
    assert found["every I sentence: F1, given lines"] < found["rules: F1, given lines"]


def test_without_data_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extraction, "DATA", tmp_path)
    assert extraction.run() == []
    assert "set DATA" in capsys.readouterr().err
