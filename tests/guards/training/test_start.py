import json
import shutil
from pathlib import Path

import pytest

from guards.config import NLI_LABELS, read_config
from guards.load import load_scorers
from persona_sdk.errors import WeightsError

torch = pytest.importorskip("torch")

from guards.training.batches import probabilities  # noqa: E402
from guards.training.record import read_record  # noqa: E402
from guards.training.rows import Row  # noqa: E402
from guards.training.start import start_student  # noqa: E402

SHIPPED = Path(__file__).parents[3] / "guards" / "weights"
ROW = Row("nli", "User: Do you swim? Ann: I never learnt to.", "Ann cannot swim.", "e", "made up")


def test_a_training_goes_on_from_exported_weights():
    net, tokenizer, sha256 = start_student(SHIPPED, seed=0)
    assert sha256 == read_config(SHIPPED).sha256["entailment.int8.onnx"]
    (raw,) = probabilities(net, tokenizer, [ROW])
    temperature = read_config(SHIPPED).temperature["nli"]
    (judged,) = load_scorers(SHIPPED).entailment.pairs([ROW.first], [ROW.second])
    found = (raw.log() / temperature).softmax(0)[NLI_LABELS.index("entailment")]
    assert float(found) == pytest.approx(judged.entailment, abs=0.1)


def test_the_record_of_exported_weights_is_that_of_their_run(tmp_path):
    shutil.copyfile(SHIPPED / "config.json", tmp_path / "config.json")
    told = json.loads((SHIPPED / "config.json").read_text("utf-8"))["training"]
    assert read_record(tmp_path) == told
    (tmp_path / "run.json").write_text('{"out": "newer"}')
    assert read_record(tmp_path) == {"out": "newer"}


def test_a_folder_of_neither_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"no checkpoint\.pt or config\.json in"):
        start_student(tmp_path, seed=0)
