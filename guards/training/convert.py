"""Exported weights in another precision: float32 for a GPU, from the int8 weights for a CPU."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from guards.config import CONFIG_FILE, Files, Precision, WeightsConfig, check_files, read_config
from guards.training.export import network_files, write_config, write_networks
from guards.training.unquantise import embedder_network, entailment_network
from persona_sdk.errors import WeightsError

ROUNDING = "int8_against_float32"
"""Entry of `config.json` that tells what int8 costs: of the source, not of what is written here."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written."""

    source: str
    """Name of the weights that were read."""
    precision: Precision
    """Of the weights that were read."""


def convert(source: Path, weights: Path, *, precision: Precision) -> Converted:
    """Write the networks of `source` in another precision into `weights`.

    Tokenizer, relevance head, temperatures and thresholds stay those of `source`: nothing is
    calibrated. What int8 rounded away stays lost.

    Args:
        source: Folder of exported weights.
        weights: Another folder, made if it is missing.
        precision: int8 is for CPUs, float32 for GPUs; another than that of `source`.

    Raises:
        MissingExtra: The extra `train` is not installed.
        WeightsError: `source` holds no networks of ours or has that precision already, or
            `weights` is the same folder.
    """
    config = read_config(source)
    check_files(source, config)
    if config.precision == precision:
        raise WeightsError(
            f"{source} is {precision} already: copy the folder, or name the other precision, "
            f"--precision {'float32' if precision == 'int8' else 'int8'}"
        )
    if weights.exists() and weights.samefile(source):
        raise WeightsError(f"{weights} is the source itself: write into another folder")
    entailment = entailment_network(source / config.files.entailment)
    embedder = embedder_network(source / config.files.embedder)
    weights.mkdir(parents=True, exist_ok=True)
    write_networks(entailment, embedder, weights, precision)
    files = Files(*network_files(precision), config.files.relevance, config.files.tokenizer)
    for name in (files.relevance, files.tokenizer):
        shutil.copyfile(source / name, weights / name)
    write_config(weights, _settings(source, config, files, precision))
    return Converted(config.name, config.precision)


def _settings(
    source: Path, config: WeightsConfig, files: Files, precision: Precision
) -> dict[str, object]:
    told: dict[str, object] = json.loads((source / CONFIG_FILE).read_text("utf-8"))
    told.pop(ROUNDING, None)
    return told | {
        "files": asdict(files),
        "precision": precision,
        "converted": {"weights": config.name, "precision": config.precision},
    }
