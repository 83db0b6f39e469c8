"""From a folder of weights to live scorers and a guard."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import onnxruntime
from tokenizers import Tokenizer

from guards.apc import APCGuard
from guards.config import LABELS, EncoderConfig, Head, check_files, read_config
from guards.decision import Thresholds
from guards.encoder import Encoder, Pair
from guards.entailment import EncoderEntailment
from guards.relevance import EncoderRelevance
from persona_sdk.errors import WeightsError

SHIPPED = Path(__file__).parent / "weights"
"""Folder of the weights that come with the package."""


class Probe(NamedTuple):
    """A pair whose likeliest label is known beforehand."""

    head: Head
    first: str
    second: str
    label: str


class Scorers(NamedTuple):
    """Both discriminators over one encoder."""

    relevance: EncoderRelevance
    entailment: EncoderEntailment


def load_guard(
    *, weights: str | Path | None = None, thresholds: Thresholds | None = None
) -> APCGuard:
    """Load the guard that checks replies with the shipped discriminators.

    Args:
        weights: Folder with `config.json`, the network and the tokenizer that it names; None is
            the shipped one.
        thresholds: What counts as a violation; None takes what the weights suggest.

    Raises:
        WeightsError: The weights are missing, broken, of another format, or fail a probe.
    """
    encoder = load_encoder(weights)
    chosen = thresholds or _suggested(encoder.config)
    return APCGuard(EncoderRelevance(encoder), EncoderEntailment(encoder), thresholds=chosen)


def load_scorers(weights: str | Path | None = None) -> Scorers:
    """Load both discriminators; arguments and errors are those of `load_guard`."""
    encoder = load_encoder(weights)
    return Scorers(EncoderRelevance(encoder), EncoderEntailment(encoder))


def load_encoder(weights: str | Path | None = None) -> Encoder:
    """Load the session, the tokenizer and the config of a folder, and run the probes."""
    folder = Path(weights) if weights is not None else SHIPPED
    if not folder.is_dir():
        raise WeightsError(f"no guard weights: {folder} is not a folder")
    config = read_config(folder)
    check_files(folder, config)
    encoder = Encoder(
        _session(folder / config.model_file), _tokenizer(folder / config.tokenizer_file), config
    )
    _probe(encoder, folder)
    return encoder


def _suggested(config: EncoderConfig) -> Thresholds:
    """Return the bars that were set for these weights, with our defaults for the rest."""
    told = config.thresholds
    found = {ours: told[name] for name, ours in _BARS.items() if name in told}
    try:
        chosen = Thresholds.from_mapping(found)
    except ValueError as error:
        raise WeightsError(f"{config.name} suggests unusable thresholds: {error}") from error
    return replace(chosen, remote_contradiction=(1 + chosen.soft_contradiction) / 2)


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(_physical_cores(), 8)
    options.log_severity_level = 3
    # Spinning threads take the cores from the chat model that runs beside the guard.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise WeightsError(f"{path} is no usable ONNX network: {error}") from error


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise WeightsError(f"{path} is no usable tokenizer: {error}") from error
    # The encoder cuts and pads by itself, so that it knows what was cut.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _probe(encoder: Encoder, folder: Path) -> None:
    """Judge pairs whose answer is known: swapped labels or damaged weights show here."""
    for probe in PROBES:
        row = encoder.probabilities(probe.head, [Pair(probe.first, probe.second)])[0]
        found = LABELS[probe.head][int(row.argmax())]
        if found != probe.label:
            raise WeightsError(
                f"weights in {folder} fail a probe: {probe.first!r} with {probe.second!r} must be "
                f"{probe.label}, was: {found}; labels or files are mixed up, export them again"
            )


def _physical_cores() -> int:
    """Return the number of cores that this process may use, hyper-threads counted once."""
    if sys.platform != "linux":
        return max(1, (os.cpu_count() or 2) // 2)
    cpus = os.sched_getaffinity(0)
    topology = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    siblings = {_text(topology.format(cpu)) or str(cpu) for cpu in cpus}
    return max(1, len(siblings))


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""


_BARS = {
    "hard": "hard_contradiction",
    "soft": "soft_contradiction",
    "second_hit": "second_hit",
    "abstain": "abstain",
}
PROBES = (
    Probe(
        "nli",
        "User: Do you like coffee? Alice: Yes, I love coffee.",
        "Alice loves coffee.",
        "entailment",
    ),
    Probe(
        "nli",
        "User: Do you like coffee? Alice: No, I never drink coffee. I hate it.",
        "Alice loves coffee.",
        "contradiction",
    ),
    Probe(
        "nli",
        "User: How is the weather? Alice: It has been raining here since this morning.",
        "Alice has two brothers.",
        "neutral",
    ),
    Probe("relevance", "User to Alice: Do you like coffee?", "Alice loves coffee.", "relevant"),
    Probe(
        "relevance",
        "User to Alice: Do you like coffee?",
        "Alice's grandfather was a judge in Lisbon.",
        "irrelevant",
    ),
)
