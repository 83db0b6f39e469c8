"""From an exported ONNX file back to a network that can be trained further, or written again.

Weights are read by the names that the exporter gave them: a matrix by the node that multiplies
with it, everything else by its parameter's own name. What int8 rounded away stays lost.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import MissingExtra, WeightsError

if TYPE_CHECKING:
    from onnx import ModelProto

    from guards.training.embedder import SentenceEmbedder
    from guards.training.network import Discriminators

Array = NDArray[np.float32]

_MATRIX = re.compile(r"(?:^|/)((?:layers\.\d+/)?\w+)/(?:MatMul|Gemm\w*?)(?:_quant)?$")

_WRAPPED = "net."
"""What stands before a parameter of an embedder, which holds its network."""


def entailment_network(path: Path) -> "Discriminators":
    """Return the network in the exported file `path`, in float32.

    Raises:
        MissingExtra: The extra `train` is not installed.
        WeightsError: The file holds another network.
    """
    return _filled(_read(path), path)


def embedder_network(path: Path) -> "SentenceEmbedder":
    """Return the embedder in the exported file `path`, in float32; raises likewise."""
    found = _read(path)
    if f"{_WRAPPED}words.weight" not in found:
        raise WeightsError(f"{path} holds no embedder of ours: no parameter {_WRAPPED}words.weight")
    encoder = {name.removeprefix(_WRAPPED): value for name, value in found.items()}
    net = _filled(encoder, path, drawn=("nli.weight", "nli.bias"))
    from guards.training.embedder import SentenceEmbedder

    embedder = SentenceEmbedder(net)
    embedder.eval()
    return embedder


def _read(path: Path) -> dict[str, Array]:
    """Return every parameter in the file, by the name that the exporter gave it."""
    try:
        import onnx
    except ImportError as error:
        raise MissingExtra("onnx", "train") from error
    return _parameters(onnx.load(str(path)))


def _filled(found: Mapping[str, Array], path: Path, drawn: Sequence[str] = ()) -> "Discriminators":
    """Return a network with these parameters; chance draws those named in `drawn`."""
    try:
        import torch

        from guards.training.network import Discriminators
    except ImportError as error:
        raise MissingExtra(error.name or "torch", "train") from error
    layers = {name.split(".")[1] for name in found if name.startswith("layers.")}
    net = Discriminators(len(layers))
    own = net.state_dict()
    told = {name: torch.from_numpy(value) for name, value in found.items()}
    try:
        net.load_state_dict({name: own[name] for name in drawn} | told)
    except RuntimeError as error:
        raise WeightsError(f"{path} holds no network of ours: {error}") from error
    net.eval()
    return net


def _parameters(model: "ModelProto") -> dict[str, Array]:
    """Return every parameter by its name in the network."""
    from onnx import numpy_helper

    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    found = {}
    for name, value in stored.items():
        if name.endswith(".weight_quantized"):
            found[name.removesuffix("_quantized")] = _unscaled(stored, name)
        elif name.endswith((".weight", ".bias")):
            found[name] = value.copy()
    for node in model.graph.node:
        match = _MATRIX.search(node.name)
        if match and node.op_type in ("MatMulInteger", "MatMul") and node.input[1] in stored:
            whole = node.op_type == "MatMul"
            matrix = stored[node.input[1]] if whole else _unscaled(stored, node.input[1])
            # ONNX multiplies from the right, torch keeps the transpose.
            name = match[1].replace("/", ".") + ".weight"
            found[name] = np.ascontiguousarray(matrix.T, dtype=np.float32)
    return found


def _unscaled(stored: dict[str, NDArray[np.generic]], name: str) -> Array:
    base = name.removesuffix("_quantized")
    whole = stored[name].astype(np.float32) - stored[f"{base}_zero_point"].astype(np.float32)
    result: Array = whole * stored[f"{base}_scale"].astype(np.float32)
    return result
