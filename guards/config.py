"""What stands in `config.json` beside the discriminators' weights."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from guards.formats import FORMAT_VERSION
from persona_sdk.errors import WeightsError

Head = Literal["nli", "relevance"]

LABELS: dict[Head, tuple[str, ...]] = {
    "nli": ("contradiction", "neutral", "entailment"),
    "relevance": ("irrelevant", "relevant"),
}
"""Our order; the weights may hold the same names in any other."""

CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """One output of the network."""

    labels: tuple[str, ...]
    """Name of each logit, in the order of the network."""
    temperature: float = 1.0
    """Logits are divided by it before the softmax: above 1 is less sure."""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How to run one file of weights."""

    name: str
    """What the scorer is called in verdicts: changes with the weights."""
    max_tokens: int
    heads: Mapping[Head, HeadConfig]
    model_file: str = "model.onnx"
    tokenizer_file: str = "tokenizer.json"
    thresholds: Mapping[str, object] = field(default_factory=dict)
    """`hard`, `soft`, `second_hit` and `abstain` as set for these weights, in [0, 1]."""
    sha256: Mapping[str, str] = field(default_factory=dict)
    """File name to the digest that the file must have."""


def read_config(folder: Path) -> EncoderConfig:
    """Read `folder/config.json`.

    Raises:
        WeightsError: The file is missing, is no JSON, lacks an entry, holds one of the wrong
            kind, or belongs to another text format.
    """
    path = folder / CONFIG_FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WeightsError(f"no guard weights in {folder}: {CONFIG_FILE} is missing") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(raw, dict):
        raise WeightsError(f"{path} must hold an object, was: {type(raw).__name__}")
    _check_format(raw, path)
    try:
        return _parse(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsError(f"{path}: {_told(error)}; export the weights again") from error


def check_files(folder: Path, config: EncoderConfig) -> None:
    """Compare the files in `folder` with the digests in `config`.

    Raises:
        WeightsError: A file is missing or is not the one that was exported.
    """
    for name in (config.model_file, config.tokenizer_file):
        path = folder / name
        if not path.is_file():
            raise WeightsError(f"guard weights in {folder} are not whole: {name} is missing")
        expected = config.sha256.get(name)
        if expected and hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise WeightsError(f"{path} is damaged or of another export: its digest differs")


def _check_format(raw: Mapping[str, object], path: Path) -> None:
    version = str(raw.get("format_version"))
    if version != FORMAT_VERSION:
        raise WeightsError(
            f"{path} is for text format {version}, this version reads {FORMAT_VERSION}: "
            "use the weights that came with it, or export them again"
        )


def _parse(raw: Mapping[str, object]) -> EncoderConfig:
    labels = cast(Mapping[str, list[str]], raw["labels"])
    temperature = cast(Mapping[str, float], raw.get("temperature", {}))
    digests = cast(Mapping[str, str], raw.get("sha256", {}))
    max_tokens = int(str(raw["max_tokens"]))
    if not 16 <= max_tokens <= 8192:
        raise ValueError(f"max_tokens must be in [16, 8192], was: {max_tokens}")
    model = _file_name(raw["model"])
    return EncoderConfig(
        name=f"discriminators-{digests.get(model, 'unsigned')[:8]}",
        max_tokens=max_tokens,
        heads={head: _head(head, labels[head], temperature.get(head, 1.0)) for head in LABELS},
        model_file=model,
        tokenizer_file=_file_name(raw["tokenizer"]),
        thresholds=dict(cast(Mapping[str, object], raw.get("suggested_thresholds", {}))),
        sha256=dict(digests.items()),
    )


def _head(head: Head, names: list[str], temperature: float) -> HeadConfig:
    labels = tuple(str(name) for name in names)
    if sorted(labels) != sorted(LABELS[head]):
        wanted, found = ", ".join(LABELS[head]), ", ".join(labels)
        raise ValueError(f"labels of {head} must be {wanted} in some order, were: {found}")
    if not (math.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature of {head} must be above 0, was: {temperature}")
    return HeadConfig(labels, float(temperature))


def _file_name(value: object) -> str:
    name = str(value)
    if Path(name).name != name:
        raise ValueError(f"a file must lie beside {CONFIG_FILE}, was: {name}")
    return name


def _told(error: Exception) -> str:
    return f"entry {error} is missing" if isinstance(error, KeyError) else str(error)
