"""What a training leaves: the adapter of peft, and `training.json` that tells how it came about."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from persona_sdk.training.adapters.whole_file import share

ADAPTER_FILES = ("adapter_config.json", "training.json", "adapter_model.safetensors")
"""In the order in which they appear: whoever sees the weights sees a whole adapter."""

_PACKAGES = ("faithful-persona", "torch", "transformers", "trl", "peft")


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """A finished training."""

    adapter: Path
    """The folder with the adapter and its `training.json`."""
    steps: int
    """Steps of the optimiser, those before a resume included."""
    minutes: float
    """Wall-clock minutes, those before a resume included."""
    curve: tuple[Mapping[str, float], ...]
    """Points of the curves: `step`, `loss`, `learning_rate`, …"""
    notes: tuple[str, ...] = ()
    """What the user should know, such as rows left out."""


def write_adapter(model: Any, folder: Path, record: Mapping[str, Any]) -> None:
    """Write the adapter of a peft model and its record, whole or not at all.

    Args:
        model: A `peft.PeftModel`.
        folder: Is made if it is missing; an adapter in it is replaced.
        record: The content of `training.json`.

    Raises:
        OSError: The disk does not take it; safetensors raises its own `SafetensorError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adapter.") as name:
        fresh = Path(name)
        model.save_pretrained(str(fresh), safe_serialization=True)
        _sort_targets(fresh / "adapter_config.json")
        text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
        (fresh / "training.json").write_text(text + "\n", encoding="utf-8")
        for file in ADAPTER_FILES:
            share(fresh / file)
            os.replace(fresh / file, folder / file)


def digest(files: Iterable[Path]) -> str:
    """Return the SHA-256 of the files' bytes, one after the other, in hexadecimal."""
    found = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide what a training computes."""
    return {package: version(package) for package in _PACKAGES}


def _sort_targets(file: Path) -> None:
    """Put the layers in one order: peft writes a set, which every process orders anew."""
    config = json.loads(file.read_text(encoding="utf-8"))
    if isinstance(config["target_modules"], list):  # an adapter of others may hold a pattern
        config["target_modules"].sort()
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
