from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest

from guards.session import Network, open_session
from persona_sdk.errors import ScorerError, WeightsError

FEEDS = {"input_ids": np.ones((2, 4), dtype=np.int64)}


class Answering:
    def __init__(self, answer):
        self._answer = answer

    def get_outputs(self):
        return [SimpleNamespace(name="nli")]

    def run(self, names, feeds):
        if isinstance(self._answer, Exception):
            raise self._answer
        return [self._answer]


def network(answer):
    return Network(Answering(answer), "nli", "toy")


def test_a_batch_comes_back_as_float32(make_encoder):
    found = network(np.zeros((2, 3), dtype=np.float64)).run(FEEDS, columns=3)
    assert (found.shape, found.dtype) == ((2, 3), np.float32)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (RuntimeError("out of memory"), "toy failed on 2 rows: out of memory"),
        (np.full((2, 3), np.nan), "no usable numbers"),
        (np.full((2, 3), np.inf), "no usable numbers"),
        (np.zeros((2, 2)), r"wanted 2 x 3 finite ones, shape was \(2, 2\)"),
    ],
)
def test_a_network_that_fails_is_a_scorer_error(answer, message):
    with pytest.raises(ScorerError, match=message):
        network(answer).run(FEEDS, columns=3)


def test_a_network_without_the_output_is_refused():
    with pytest.raises(WeightsError, match="toy: the network has no output 'embedding'"):
        Network(Answering(None), "embedding", "toy")


def test_a_file_that_is_no_network_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a network")
    with pytest.raises(WeightsError, match=r"model\.onnx is no usable ONNX network"):
        open_session(tmp_path / "model.onnx")


def test_a_provider_that_is_not_offered_is_named(tmp_path):
    with pytest.raises(WeightsError, match="offers no AbacusExecutionProvider here, choose from"):
        open_session(tmp_path / "model.onnx", providers=["AbacusExecutionProvider"])


def test_threads_that_wait_do_not_spin(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda path, options, providers: opened.append(options)
    )
    open_session(tmp_path / "model.onnx")
    assert opened[0].get_session_config_entry("session.intra_op.allow_spinning") == "0"


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("int8", ["CPUExecutionProvider"]),
        ("float32", ["CUDAExecutionProvider", "CPUExecutionProvider"]),
    ],
)
def test_a_gpu_is_taken_where_it_is_offered_and_the_weights_are_made_for_it(
    monkeypatch, tmp_path, precision, expected
):
    offered = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    opened = []
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda path, options, providers: opened.append(providers)
    )
    open_session(tmp_path / "model.onnx", precision=precision)
    open_session(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    assert opened == [expected, ["CPUExecutionProvider"]]
