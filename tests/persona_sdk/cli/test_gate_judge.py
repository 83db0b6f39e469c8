import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from guards.apc import APCGuard
from guards.config import CONFIG_FILE, NLI_LABELS, Files
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.cli.gate_judge import judge_of

GUARD = APCGuard(WordRelevance(), WordEntailment())


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    config = {
        "format_version": "2",
        "max_tokens": 128,
        "files": asdict(Files()),
        "labels": {"nli": NLI_LABELS},
        "sha256": {name: hashlib.sha256(b"1").hexdigest() for name in Files().names()},
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    for name in Files().names():
        (tmp_path / name).write_bytes(b"1")
    return tmp_path


def test_both_discriminators_and_the_thresholds_are_named() -> None:
    scorers = SimpleNamespace(name="finder"), SimpleNamespace(name="judge")
    told = judge_of("hf:somebody/nli", APCGuard(*scorers))
    assert (told["scorers"], told["relevance"], told["entailment"]) == (
        "hf:somebody/nli",
        "finder",
        "judge",
    )
    assert "hard_contradiction" in told["thresholds"]


@pytest.mark.parametrize("file", [CONFIG_FILE, *Files().names()])
def test_other_weights_in_the_same_folder_are_another_judge(weights: Path, file: str) -> None:
    before = judge_of(str(weights), GUARD)
    assert judge_of(str(weights), GUARD) == before
    (weights / file).write_bytes((weights / file).read_bytes() + b" ")
    assert judge_of(str(weights), GUARD) != before


@pytest.mark.parametrize("name", ["hf:{}", "apc:{}", "hf:hub/name+relevance:{}"])
def test_a_classifier_that_was_written_again_is_another_judge(tmp_path: Path, name: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    before = judge_of(name.format(tmp_path), GUARD)
    (tmp_path / "model.safetensors").write_bytes(b"22")
    assert judge_of(name.format(tmp_path), GUARD) != before


def test_a_chat_model_that_judges_is_told_by_its_file(tmp_path: Path) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(b"1")
    before = judge_of(f"judge:gguf:{model}", GUARD)
    model.write_bytes(b"2")
    assert judge_of(f"judge:gguf:{model}", GUARD) != before


@pytest.mark.parametrize(
    "name", ["hf:a/b", "hf:a/b+relevance:c/d", "apc:a/b", "judge:openai:m@url"]
)
def test_the_built_in_weights_beside_another_judge_are_told(
    weights: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("guards.load.SHIPPED", weights)
    before = judge_of(name, GUARD)
    (weights / Files().embedder).write_bytes(b"2")
    assert judge_of(name, GUARD) != before
