"""What stands in `config.json` beside the discriminators' weights."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from guards.formats import FORMAT_VERSION
from persona_sdk.errors import WeightsError

Head = Literal["nli", "relevance"]
"""What has a temperature of its own."""

Precision = Literal["int8", "float32"]
"""Of the weights of both networks: int8 is for CPUs, float32 for GPUs."""

NLI_LABELS = ("contradiction", "neutral", "entailment")
"""Our order; the weights may hold the same names in any other."""

CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class Files:
    """Names of the files that lie beside `config.json`."""

    entailment: str = "entailment.onnx"
    embedder: str = "embedder.onnx"
    relevance: str = "relevance.npz"
    tokenizer: str = "tokenizer.json"

    def names(self) -> tuple[str, ...]:
        """Return all four."""
        return (self.entailment, self.embedder, self.relevance, self.tokenizer)


@dataclass(frozen=True, slots=True)
class WeightsConfig:
    """How to run one folder of weights."""

    name: str
    """What the scorers are called in verdicts: changes with the entailment network."""
    max_tokens: int
    """Longest pair, or text to embed, in word pieces with the special tokens."""
    nli_labels: tuple[str, ...] = NLI_LABELS
    """Name of each logit, in the order of the network."""
    temperature: Mapping[Head, float] = field(default_factory=dict)
    """Logits are divided by it: above 1 is less sure. 1 where none is given."""
    files: Files = field(default_factory=Files)
    precision: Precision = "int8"
    thresholds: Mapping[str, object] = field(default_factory=dict)
    """`hard`, `soft`, `second_hit` and `abstain` as set for these weights, in [0, 1]."""
    sha256: Mapping[str, str] = field(default_factory=dict)
    """File name to the SHA-256 that the file must have, in hexadecimal."""


def read_config(folder: Path) -> WeightsConfig:
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


def check_files(folder: Path, config: WeightsConfig) -> None:
    """Compare the files in `folder` with the digests in `config`.

    Raises:
        WeightsError: A file is missing or is not the one that was exported.
    """
    for name in config.files.names():
        path = folder / name
        if not path.is_file():
            raise WeightsError(f"guard weights in {folder} are not whole: {name} is missing")
        if digest(path) != config.sha256.get(name):
            raise WeightsError(f"{path} is damaged or of another export: its digest differs")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    # In pieces: a whole network in memory would be the guard's peak.
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_format(raw: Mapping[str, object], path: Path) -> None:
    version = str(raw.get("format_version"))
    if version != FORMAT_VERSION:
        raise WeightsError(
            f"{path} is for text format {version}, this version reads {FORMAT_VERSION}: "
            "use the weights that came with it, or export them again"
        )


def _parse(raw: Mapping[str, object]) -> WeightsConfig:
    files = _files(cast(Mapping[str, object], raw["files"]))
    labels = cast(Mapping[str, list[str]], raw["labels"])
    temperature = cast(Mapping[str, float], raw.get("temperature", {}))
    digests = _digests(cast(Mapping[str, object], raw["sha256"]), files)
    max_tokens = int(str(raw["max_tokens"]))
    if not 16 <= max_tokens <= 8192:
        raise ValueError(f"max_tokens must be in [16, 8192], was: {max_tokens}")
    return WeightsConfig(
        name=f"discriminators-{digests[files.entailment][:8]}",
        max_tokens=max_tokens,
        nli_labels=_labels(labels["nli"]),
        temperature={head: _temperature(head, temperature) for head in _HEADS},
        files=files,
        precision=_precision(raw.get("precision", "int8")),
        thresholds=dict(cast(Mapping[str, object], raw.get("suggested_thresholds", {}))),
        sha256=digests,
    )


def _files(raw: Mapping[str, object]) -> Files:
    return Files(
        entailment=_file_name(raw["entailment"]),
        embedder=_file_name(raw["embedder"]),
        relevance=_file_name(raw["relevance"]),
        tokenizer=_file_name(raw["tokenizer"]),
    )


def _digests(raw: Mapping[str, object], files: Files) -> dict[str, str]:
    for name in files.names():
        if not _DIGEST.fullmatch(str(raw.get(name))):
            raise ValueError(
                f"sha256 must hold the digest of {name} in 64 hexadecimal digits, was: "
                f"{raw.get(name)!r}"
            )
    return {name: str(raw[name]) for name in files.names()}


def _labels(names: list[str]) -> tuple[str, ...]:
    labels = tuple(str(name) for name in names)
    if sorted(labels) != sorted(NLI_LABELS):
        wanted, found = ", ".join(NLI_LABELS), ", ".join(labels)
        raise ValueError(f"labels of nli must be {wanted} in some order, were: {found}")
    return labels


def _temperature(head: Head, given: Mapping[str, float]) -> float:
    value = float(given.get(head, 1.0))
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"temperature of {head} must be above 0, was: {value:g}")
    return value


def _precision(value: object) -> Precision:
    if value == "int8":
        return "int8"
    if value == "float32":
        return "float32"
    raise ValueError(f"precision must be 'int8' or 'float32', was: {value!r}")


def _file_name(value: object) -> str:
    name = str(value)
    if Path(name).name != name:
        raise ValueError(f"a file must lie beside {CONFIG_FILE}, was: {name}")
    return name


def _told(error: Exception) -> str:
    return f"entry {error} is missing" if isinstance(error, KeyError) else str(error)


_HEADS: tuple[Head, ...] = ("nli", "relevance")
_DIGEST = re.compile(r"[0-9a-f]{64}")
