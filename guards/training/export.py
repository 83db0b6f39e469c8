"""Write the trained network as int8 ONNX with its tokenizer: `python -m guards.training.export`."""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from guards.config import LABELS
from guards.formats import FORMAT_VERSION, MAX_TOKENS

if TYPE_CHECKING:
    from guards.training.network import Discriminators

MODEL = "discriminators.int8.onnx"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("relevance", "nli")


def write_float(net: "Discriminators", path: Path) -> None:
    """Write `net` as float32 ONNX with free batch and length."""
    import torch

    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in INPUTS)
    pairs = {name: {0: "batch", 1: "length"} for name in INPUTS}
    axes = pairs | {name: {0: "batch"} for name in OUTPUTS}
    with warnings.catch_warnings():
        # The exporter that quantises cleanly is the one that torch calls legacy.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net.eval(),
            example,
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
        )


def quantise(source: Path, target: Path) -> None:
    """Write `source` with int8 weights, one scale a column; activations are scaled at run time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def export(run: Path, weights: Path) -> Path:
    """Write model, tokenizer and `config.json` of the run in `run` into `weights`.

    Temperatures are 1 until `guards.training.calibrate` has set them.

    Raises:
        ImportError: The extra `train` is not installed.
    """
    try:
        from guards.training.run import averaged
    except ImportError as error:
        raise ImportError(
            f"{error}; exporting needs pip install faithful-persona[train]"
        ) from error
    weights.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        float_model = Path(scratch) / "float.onnx"
        write_float(averaged(run), float_model)
        quantise(float_model, weights / MODEL)
    shutil.copyfile(run / "tokenizer.json", weights / TOKENIZER)
    record = run / "run.json"
    config = {
        "format_version": FORMAT_VERSION,
        "max_tokens": MAX_TOKENS,
        "model": MODEL,
        "tokenizer": TOKENIZER,
        "inputs": list(INPUTS),
        "labels": {"relevance": list(LABELS["relevance"]), "nli": list(LABELS["nli"])},
        "temperature": {"relevance": 1.0, "nli": 1.0},
        "suggested_thresholds": {},
        "sha256": {name: digest(weights / name) for name in (MODEL, TOKENIZER)},
        "training": json.loads(record.read_text("utf-8")) if record.is_file() else {},
    }
    write_config(weights, config)
    return weights / MODEL


def write_config(weights: Path, config: dict[str, object]) -> None:
    """Write `config.json` in one rename."""
    path = weights / CONFIG
    path.with_suffix(".tmp").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".tmp").replace(path)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(prog="guards.training.export", description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("build/discriminators"))
    parser.add_argument("--out", type=Path, default=Path("guards/weights"))
    options = parser.parse_args(arguments)
    if not (options.run / "checkpoint.pt").is_file():
        print(f"error: no checkpoint.pt in {options.run}: train first", file=sys.stderr)
        return 2
    try:
        print(export(options.run, options.out))
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
