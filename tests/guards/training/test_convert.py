import json
import shutil

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnxruntime

from guards.config import CONFIG_FILE, check_files, read_config
from guards.load import SHIPPED, load_guard, load_scorers
from guards.session import CUDA
from guards.training.convert import convert
from guards.training.report.card_origin import about
from guards.training.unquantise import embedder_network
from persona_sdk.errors import WeightsError
from persona_sdk.types import Conversation, Persona, Query, as_statements

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore")]

ANN = Persona("Ann", as_statements(["Ann loves tea.", "Ann has two brothers."]))
ASKED = "Do you like tea?"
REPLIES = ["Yes, I love tea.", "I never drink tea. I hate it.", "It rained all morning."]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("float32")
    convert(SHIPPED, folder, precision="float32")
    return folder


def _scores(judged):
    return [(j.contradiction, j.neutral, j.entailment) for j in judged]


def test_float32_weights_judge_as_the_int8_ones(weights):
    for reply in REPLIES:
        query = Query("Ann", ASKED)
        small, whole = (
            _scores(scorers.entailment.entailment(query, [reply] * 2, ANN.statements))
            for scorers in (load_scorers(SHIPPED), load_scorers(weights))
        )
        assert whole == [pytest.approx(scores, abs=0.1) for scores in small]
    small, whole = (
        load_scorers(folder).relevance.relevance(Query("Ann", ASKED), ANN.statements)
        for folder in (SHIPPED, weights)
    )
    assert whole == pytest.approx(small, abs=0.05)


def test_the_guard_reaches_the_same_outcomes(weights):
    talk = Conversation().add("user", ASKED)
    outcomes = [
        [guard.check(ANN, talk, reply).outcome for reply in REPLIES]
        for guard in (load_guard(), load_guard(weights=weights))
    ]
    assert outcomes == [["pass", "fail", "pass"]] * 2
    assert load_guard(weights=weights).thresholds == load_guard().thresholds


def test_the_settings_are_kept_and_tell_of_the_source(weights):
    shipped, config = read_config(SHIPPED), read_config(weights)
    check_files(weights, config)
    assert config.precision == "float32"
    assert config.files.entailment == "entailment.float32.onnx"
    assert config.temperature == shipped.temperature
    assert config.sha256["relevance.npz"] == shipped.sha256["relevance.npz"]
    raw = json.loads((weights / CONFIG_FILE).read_text("utf-8"))
    assert raw["converted"] == {"weights": shipped.name, "precision": "int8"}
    assert "int8_against_float32" not in raw
    card = about(raw)
    assert "Weights are float32, for a GPU." in card
    assert f"converted from `{shipped.name}` in int8" in card
    assert "nothing was calibrated" in card


def test_only_the_other_precision_is_written_and_into_another_folder(weights, tmp_path):
    with pytest.raises(WeightsError, match=r"is int8 already: .*--precision float32"):
        convert(SHIPPED, tmp_path, precision="int8")
    copied = tmp_path / "copy"
    shutil.copytree(weights, copied)
    with pytest.raises(WeightsError, match="is the source itself"):
        convert(copied, copied, precision="int8")
    check_files(copied, read_config(copied))


def test_another_network_is_not_taken_for_an_embedder():
    with pytest.raises(WeightsError, match="no embedder of ours"):
        embedder_network(SHIPPED / "entailment.int8.onnx")


@pytest.mark.gpu
@pytest.mark.skipif(
    CUDA not in onnxruntime.get_available_providers(), reason="needs onnxruntime-gpu and a GPU"
)
def test_a_gpu_judges_with_float32_weights(weights):
    guard = load_guard(weights=weights, providers=[CUDA])
    talk = Conversation().add("user", ASKED)
    assert [guard.check(ANN, talk, reply).outcome for reply in REPLIES] == ["pass", "fail", "pass"]
