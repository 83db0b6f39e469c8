"""`persona train` as a user runs it, on a base that trains in a second."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from persona_sdk.cli.main import app

if any(find_spec(package) is None for package in ("torch", "transformers", "peft", "trl")):
    pytest.skip("the extra `train` is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    from importlib.util import module_from_spec, spec_from_file_location

    file = Path(__file__).parents[1] / "training" / "conftest.py"
    spec = spec_from_file_location("tiny_bases", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    from persona_sdk.training.silence import silence

    with silence():
        return f"hf:{module.write_tiny(tmp_path_factory.mktemp('tiny'))}"


@pytest.fixture
def rows(tmp_path):
    file = tmp_path / "rows.jsonl"
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "I am Al."}]
    file.write_text(8 * (json.dumps({"messages": messages}) + "\n"), encoding="utf-8")
    return file


@pytest.fixture
def pairs(tmp_path):
    file = tmp_path / "pairs.jsonl"
    lines = [
        {
            "prompt": [{"role": "user", "content": f"Hi {i}"}],
            "chosen": [{"role": "assistant", "content": "I am Al."}],
            "rejected": [{"role": "assistant", "content": "I am Bo."}],
        }
        for i in range(8)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def persona(*arguments):
    return CliRunner().invoke(app, ["train", *map(str, arguments)])


def test_sft_then_dpo_leave_an_adapter_each(base, rows, pairs, tmp_path):
    first, second = tmp_path / "sft", tmp_path / "dpo"
    done = persona("sft", rows, "--out", first, "--base", base, "--log-steps", 1)
    assert (done.exit_code, done.stdout.startswith(f"trained: {first}")) == (0, True)
    assert "needs about" in done.stderr
    assert "step 1/1 · loss" in done.stderr
    done = persona(
        "dpo", pairs, "--out", second, "--base", base, "--start", first, "--dev-share", 0.25
    )
    assert done.exit_code == 0
    record = json.loads((second / "training.json").read_text(encoding="utf-8"))
    assert (record["pairs"], record["dev_pairs"]) == (6, 2)
    assert record["start"] == "sft"
    assert record["data"] == "pairs.jsonl"


def test_a_used_folder_is_refused(base, rows, tmp_path):
    (tmp_path / "out" / "checkpoints").mkdir(parents=True)
    done = persona("sft", rows, "--out", tmp_path / "out", "--base", base)
    assert done.exit_code == 2
    assert "add --resume, or choose another --out" in done.stderr


def test_a_value_out_of_range_is_wrong_usage(base, rows, tmp_path):
    done = persona("sft", rows, "--out", tmp_path / "out", "--base", base, "--rank", 0)
    assert (done.exit_code, "rank must be at least 1, was: 0" in done.stderr) == (2, True)


def test_a_broken_row_is_bad_input(base, pairs, tmp_path):
    done = persona("sft", pairs, "--out", tmp_path / "out", "--base", base)
    assert (done.exit_code, "pairs.jsonl:1" in done.stderr) == (3, True)


def test_equal_texts_are_told_with_their_line(base, pairs, tmp_path):
    line = json.loads(pairs.read_text(encoding="utf-8").splitlines()[0])
    pairs.write_text(json.dumps({**line, "rejected": line["chosen"]}), encoding="utf-8")
    done = persona("dpo", pairs, "--out", tmp_path / "out", "--base", base)
    assert (done.exit_code, "pairs.jsonl:1" in done.stderr) == (3, True)


def test_what_does_not_train_ends_with_the_exit_code_of_trainings(base, rows, tmp_path):
    done = persona("sft", rows, "--out", tmp_path / "out", "--base", base, "--max-length", 8)
    assert (done.exit_code, "raise the maximum length" in done.stderr) == (7, True)


def test_a_base_that_is_not_there_is_the_models_fault(rows, tmp_path):
    done = persona("sft", rows, "--out", tmp_path / "out", "--base", "gguf:missing.gguf")
    assert (done.exit_code, "there is no file missing.gguf" in done.stderr) == (4, True)
