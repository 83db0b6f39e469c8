"""What a training leaves: the adapter of peft, and `training.json` that tells how it came about."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from persona_sdk.errors import TrainingError

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
        TrainingError: The disk does not take it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".adapter.") as name:
            fresh = Path(name)
            model.save_pretrained(str(fresh), safe_serialization=True)
            text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
            (fresh / "training.json").write_text(text + "\n", encoding="utf-8")
            for file in ADAPTER_FILES:
                os.replace(fresh / file, folder / file)
    except OSError as error:
        raise TrainingError(
            f"{folder}: the adapter cannot be written ({error.strerror or error}): check the "
            "folder, its permissions and the space on the disk"
        ) from error


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide what a training computes."""
    return {package: version(package) for package in _PACKAGES}


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint of a training; None if there is none.

    A checkpoint whose writing was cut short lacks its last file and is passed over.
    """
    whole = [path for path in folder.glob("checkpoint-*") if _is_whole(path)]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def seconds_before(checkpoint: Path) -> float:
    """Return the seconds of training that a checkpoint has behind it."""
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    kept = state.get("stateful_callbacks", {}).get("Watch", {})
    return float(kept.get("attributes", {}).get("seconds", 0.0))


def clear_checkpoints(folder: Path) -> None:
    """Remove the checkpoints of a training."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return checkpoint.name.rpartition("-")[2].isdigit()
