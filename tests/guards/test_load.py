from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

from guards import load_guard, load_scorers
from guards.config import Files, WeightsConfig, digest, read_config
from guards.formats import FORMAT_VERSION
from persona_sdk.errors import WeightsError

FILES = {
    "entailment": "pairs.onnx",
    "embedder": "texts.onnx",
    "relevance": "head.npz",
    "tokenizer": "tokenizer.json",
}
CONTENT = {
    "pairs.onnx": b"not a network",
    "texts.onnx": b"not a network",
    "head.npz": b"not a head",
    "tokenizer.json": b"{}",
}
LABELS = {"nli": ["entailment", "neutral", "contradiction"]}
CONFIG = {
    "format_version": FORMAT_VERSION,
    "max_tokens": 64,
    "files": FILES,
    "labels": LABELS,
    "temperature": {"nli": 1.5},
    "sha256": {name: hashlib.sha256(raw).hexdigest() for name, raw in CONTENT.items()},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    for name, raw in CONTENT.items():
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def write(folder, **changes):
    (folder / "config.json").write_text(json.dumps(CONFIG | changes))


def test_config_is_read_by_name(folder):
    assert read_config(folder) == WeightsConfig(
        f"discriminators-{CONFIG['sha256']['pairs.onnx'][:8]}",
        64,
        ("entailment", "neutral", "contradiction"),
        {"nli": 1.5, "relevance": 1.0},
        Files(*FILES.values()),
        sha256=CONFIG["sha256"],
    )


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(WeightsError, match="nowhere is not a folder"):
        load_guard(weights=tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["config.json", *FILES.values()])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=f"{name} is missing"):
        load_scorers(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "no usable tokenizer"),
        ('{"model": {"type": "BPE", "vocab": {}, "merges": []}}', r"no \[CLS\] token"),
    ],
)
def test_a_file_that_is_no_tokenizer_is_refused(folder, text, message):
    (folder / "tokenizer.json").write_text(text)
    write(folder, sha256=CONFIG["sha256"] | {"tokenizer.json": digest(folder / "tokenizer.json")})
    with pytest.raises(WeightsError, match=message):
        load_scorers(folder)


@pytest.mark.parametrize("name", FILES.values())
def test_a_file_that_differs_from_the_exported_one_is_refused(folder, name):
    write(folder, sha256=CONFIG["sha256"] | {name: "0" * 64})
    with pytest.raises(WeightsError, match=f"{name} is damaged"):
        load_scorers(folder)


@pytest.mark.parametrize("entry", [None, "", "0" * 63, "G" * 64, 5])
@pytest.mark.parametrize("name", FILES.values())
def test_a_file_without_a_digest_is_refused_and_named(folder, name, entry):
    write(folder, sha256=CONFIG["sha256"] | {name: entry})
    with pytest.raises(WeightsError, match=f"sha256 must hold the digest of {name} in 64 hex"):
        load_guard(weights=folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "must hold an object, was: list"),
        ("{}", "text format None"),
    ],
)
def test_a_broken_config_is_refused(folder, text, message):
    (folder / "config.json").write_text(text)
    with pytest.raises(WeightsError, match=message):
        read_config(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": "99"}, "text format 99, this version reads"),
        ({"labels": {}}, "entry 'nli' is missing"),
        ({"labels": 5}, "export the weights again"),
        ({"max_tokens": "many"}, "many"),
        ({"max_tokens": 4}, "max_tokens must be in"),
        (
            {"labels": {"nli": ["yes", "no"]}},
            "labels of nli must be contradiction, neutral, entailment in some order, were: yes, no",
        ),
        ({"temperature": {"relevance": 0}}, "temperature of relevance must be above 0, was: 0"),
        ({"files": FILES | {"embedder": "../texts.onnx"}}, "must lie beside config.json"),
        ({"files": {}}, "entry 'entailment' is missing"),
        ({"sha256": {}}, r"must hold the digest of pairs\.onnx .*, was: None; export the weights"),
        ({"sha256": 5}, "export the weights again"),
        ({"precision": "int4"}, "precision must be 'int8' or 'float32', was: 'int4'"),
    ],
)
def test_an_unusable_entry_is_named(folder, changes, message):
    write(folder, **changes)
    with pytest.raises(WeightsError, match=message):
        read_config(folder)


def test_importing_the_package_loads_no_runtime():
    code = "import sys, guards; print([m for m in ('onnxruntime', 'numpy') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_public_name_can_be_imported():
    import guards

    assert all(vars(guards).get(name) or getattr(guards, name) for name in guards.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Guardrails'"):
        _ = guards.Guardrails
