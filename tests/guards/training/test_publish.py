import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from guards.load import SHIPPED, load_guard
from guards.training.calibrate import Calibrated
from guards.training.domain import Domain, keep_split
from guards.training.export import cosine_head, write_head
from guards.training.options import Options
from guards.training.own_rows import OwnRows, Split
from guards.training.publish import publish
from guards.training.report.card import write_card
from guards.training.rows import Row
from guards.training.run import Run
from guards.training.scorer import unwatched
from guards.training.unquantise import entailment_network

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore")]

OWN = [
    Row("nli", "User: Tea? Ann: Yes, I love tea.", "Ann loves tea.", "e", "own"),
    Row("nli", "User: Tea? Ann: I never drink tea. I hate it.", "Ann loves tea.", "c", "own"),
    Row("relevance", "User to Ann: Do you like tea?", "Ann loves tea.", "yes", "own"),
]


class _NoRows:
    def sha256(self):
        return "none"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("guards.training.calibrate.SYNTHETIC_ROWS", 30)
    monkeypatch.setattr("guards.training.publish.COMPARED_ROWS", 30)
    out = tmp_path / "run"
    out.mkdir()
    net = entailment_network(SHIPPED / "entailment.int8.onnx")
    tokenizer = (SHIPPED / "tokenizer.json").read_text()
    (out / "tokenizer.json").write_text(tokenizer)
    Run(Options(data=tmp_path, out=out), _NoRows(), net, None).save()
    return out


def _publish(run, weights):
    return publish(run, weights, data=None, watch=unwatched)


def test_what_is_exported_can_be_loaded_and_tells_what_int8_costs(run, tmp_path):
    found = _publish(run, tmp_path / "weights")
    config = json.loads((tmp_path / "weights" / "config.json").read_text())
    assert config["temperature"] == found.temperature
    assert config["suggested_thresholds"] == found.thresholds
    assert config["thresholds_chosen"].startswith("those of the shipped weights")
    assert config["int8_against_float32"]["same_label"] >= 0.8
    guard = load_guard(weights=tmp_path / "weights")
    assert guard.thresholds.hard_contradiction == found.thresholds["hard"]


def test_the_head_is_that_of_the_run_else_the_shipped_one(run, tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    write_head(weights / "relevance.npz", cosine_head())
    _publish(run, weights)
    assert (weights / "relevance.npz").read_bytes() == (SHIPPED / "relevance.npz").read_bytes()
    write_head(run / "relevance.npz", cosine_head())
    _publish(run, weights)
    assert (weights / "relevance.npz").read_bytes() == (run / "relevance.npz").read_bytes()


def test_rows_kept_for_the_report_are_measured_and_described(run, tmp_path):
    domain = Domain(files=(), out=run)
    keep_split(domain, OwnRows((*OWN, *OWN), (), "digest"), Split([], OWN, OWN))
    _publish(run, tmp_path / "weights")
    figures = json.loads((tmp_path / "weights" / "figures.json").read_text())
    assert figures["sets"]["own_entailment"]["accuracy"] == 1.0
    assert figures["calibration"]["nli"]["rows"] == 2
    assert "own rows, entailment" in write_card(tmp_path / "weights").read_text()


def test_a_run_is_exported_in_float32_for_a_gpu(run, tmp_path, monkeypatch):
    calibrated = Calibrated({"nli": 1.0, "relevance": 1.0}, {"hard": 0.5}, "as a test says")
    monkeypatch.setattr("guards.training.publish.calibrate", lambda *_, **__: calibrated)
    weights = tmp_path / "weights"
    publish(run, weights, data=None, watch=unwatched, precision="float32")
    config = json.loads((weights / "config.json").read_text())
    assert config["precision"] == "float32"
    assert config["files"]["embedder"] == "embedder.float32.onnx"
    assert "int8_against_float32" not in config
