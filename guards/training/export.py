"""Write trained networks as ONNX with their tokenizer: `python -m guards.training.export`."""

import argparse
import json
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from guards.config import CONFIG_FILE, NLI_LABELS, Files, Precision, digest
from guards.embedder import WIDTH
from guards.formats import FORMAT_VERSION, MAX_TOKENS
from guards.relevance import RelevanceHead
from persona_sdk.errors import PersonaSDKError

if TYPE_CHECKING:
    from torch import nn

ENTAILMENT, EMBEDDER = "entailment", "embedder"
"""The networks' files are named after them and their precision."""

RELEVANCE = "relevance.npz"
TOKENIZER = "tokenizer.json"

PAIR_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
TEXT_INPUTS = PAIR_INPUTS[:2]

STEEPNESS, LIKE = 16.0, 0.3
"""Relevance until a head is trained: `sigmoid(STEEPNESS · (cosine - LIKE))`."""

_NEEDED = "exporting needs pip install faithful-persona[train]"


def write_float(net: "nn.Module", path: Path, *, inputs: tuple[str, ...], output: str) -> None:
    """Write `net` as float32 ONNX with free batch and length."""
    import torch

    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in inputs)
    axes = {name: {0: "batch", 1: "length"} for name in inputs} | {output: {0: "batch"}}
    with warnings.catch_warnings():
        # The exporter that quantises cleanly is the one that torch calls legacy.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net.eval(),
            example,
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=list(inputs),
            output_names=[output],
            dynamic_axes=axes,
        )


def write_int8(
    net: "nn.Module",
    path: Path,
    *,
    inputs: tuple[str, ...],
    output: str,
    kept_float: Sequence[str] = (),
) -> None:
    """Write `net` as `write_float` does, then with int8 weights but for the products named last."""
    with tempfile.TemporaryDirectory() as scratch:
        float_model = Path(scratch) / "float.onnx"
        write_float(net, float_model, inputs=inputs, output=output)
        quantise(float_model, path, kept_float=kept_float)


KEPT_FLOAT = "/layers.0/down/MatMul"
"""The one product of the entailment network that stays float32: outliers in its input cost most of
what int8 costs (mean difference of a probability 0.027 with it in int8, 0.019 without), for 1.8 MB.
The embedder is int8 throughout."""


def quantise(source: Path, target: Path, *, kept_float: Sequence[str] = ()) -> None:
    """Write `source` with int8 weights, one scale a column; activations are scaled at run time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=list(kept_float),
    )


def export(
    run: Path, weights: Path, *, embedder: Path | None = None, precision: Precision = "int8"
) -> Path:
    """Write both networks, the tokenizer and `config.json` into `weights`; return that folder.

    Temperatures are 1 until `guards.training.calibrate` has set them. A relevance head that lies
    in `weights` stays; without one, a head is written that compares vectors by their cosine.

    Args:
        run: Training folder of the entailment network.
        weights: Folder to write, made if it is missing.
        embedder: Training folder of the embedder; None takes its start weights.
        precision: int8 is for CPUs, float32 for GPUs.

    Raises:
        ImportError: The extra `train` is not installed.
    """
    try:
        from guards.training.embedder import SentenceEmbedder
        from guards.training.network import from_start, start_weights
        from guards.training.run import averaged
    except ImportError as error:
        raise ImportError(f"{error}; {_NEEDED}") from error
    weights.mkdir(parents=True, exist_ok=True)
    texts = averaged(embedder) if embedder else from_start(start_weights(), seed=0)
    files = Files(*network_files(precision), RELEVANCE, TOKENIZER)
    write_networks(averaged(run), SentenceEmbedder(texts), weights, precision)
    if not (weights / RELEVANCE).is_file():
        write_head(weights / RELEVANCE, cosine_head())
    shutil.copyfile(run / TOKENIZER, weights / TOKENIZER)
    record = run / "run.json"
    config = {
        "format_version": FORMAT_VERSION,
        "max_tokens": MAX_TOKENS,
        "files": asdict(files),
        "precision": precision,
        "labels": {"nli": list(NLI_LABELS)},
        "temperature": {"relevance": 1.0, "nli": 1.0},
        "suggested_thresholds": {},
        "training": json.loads(record.read_text("utf-8")) if record.is_file() else {},
    }
    write_config(weights, config)
    return weights


def network_files(precision: Precision) -> tuple[str, str]:
    """Return what the files of entailment network and embedder are called."""
    return f"{ENTAILMENT}.{precision}.onnx", f"{EMBEDDER}.{precision}.onnx"


def write_networks(
    entailment: "nn.Module", embedder: "nn.Module", weights: Path, precision: Precision
) -> None:
    """Write both networks into the folder `weights`, under the names of `network_files`."""
    spoken, embedded = (weights / name for name in network_files(precision))
    if precision == "float32":
        write_float(entailment, spoken, inputs=PAIR_INPUTS, output="nli")
        write_float(embedder, embedded, inputs=TEXT_INPUTS, output="embedding")
    else:
        kept = [KEPT_FLOAT]
        write_int8(entailment, spoken, inputs=PAIR_INPUTS, output="nli", kept_float=kept)
        write_int8(embedder, embedded, inputs=TEXT_INPUTS, output="embedding")


def export_bert(run: Path, folder: Path) -> None:
    """Write the entailment network of `run` for transformers and sentence-transformers.

    Raises:
        ImportError: The extra `train` is not installed.
    """
    try:
        from guards.training.bert import write_bert
        from guards.training.run import averaged
    except ImportError as error:
        raise ImportError(f"{error}; {_NEEDED}") from error
    write_bert(averaged(run), folder, run / TOKENIZER)


def cosine_head() -> RelevanceHead:
    """Return a head whose logit grows with the cosine of the vectors as they are."""
    return RelevanceHead(np.eye(WIDTH, dtype=np.float32), STEEPNESS, -STEEPNESS * LIKE)


def write_head(path: Path, head: RelevanceHead) -> None:
    """Write a relevance head; its temperature belongs into `config.json`."""
    scale, bias = np.float32(head.scale), np.float32(head.bias)
    np.savez(path, projection=head.projection.astype(np.float16), scale=scale, bias=bias)


def write_config(weights: Path, config: dict[str, object]) -> None:
    """Write `config.json` in one rename, with the digest of each file that it names."""
    files = config["files"]
    assert isinstance(files, dict)
    config["sha256"] = {name: digest(weights / name) for name in files.values()}
    path = weights / CONFIG_FILE
    path.with_suffix(".tmp").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".tmp").replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(prog="guards.training.export", description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("build/discriminators"))
    parser.add_argument("--embedder", type=Path, help="training folder of a tuned embedder")
    parser.add_argument("--precision", choices=["int8", "float32"], default="int8")
    written = parser.add_mutually_exclusive_group(required=True)
    written.add_argument("--out", type=Path, help="folder of weights to write, not calibrated")
    written.add_argument("--hf", type=Path, help="write only a float32 BERT into this folder")
    options = parser.parse_args(arguments)
    if not (options.run / "checkpoint.pt").is_file():
        print(f"error: no checkpoint.pt in {options.run}: train first", file=sys.stderr)
        return 2
    try:
        if options.hf:
            export_bert(options.run, options.hf)
        else:
            export(options.run, options.out, embedder=options.embedder, precision=options.precision)
    except (ImportError, PersonaSDKError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(options.hf or options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
