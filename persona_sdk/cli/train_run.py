"""What stands around a training on the command line: checks, a dev split, progress, the end."""

from __future__ import annotations

import hashlib
import random
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from persona_sdk.cli.terminal import USAGE, fail, note, out
from persona_sdk.seeds import derived

if TYPE_CHECKING:
    from persona_sdk.training.outcome import TrainingResult
    from persona_sdk.training.trainer import Progress

Row = TypeVar("Row")


def refuse_used(folder: Path, resume: bool) -> None:
    """End the command where a training would overwrite another."""
    used = (folder / "adapter_model.safetensors").exists() or (folder / "checkpoints").exists()
    if used and not resume:
        fail(f"{folder} holds a training: add --resume, or choose another --out", USAGE)


def split_off(
    rows: Sequence[Row], dev: Sequence[Row], share: float, seed: int
) -> tuple[list[Row], list[Row]]:
    """Return what is trained on and the dev rows: those given, or a random share of the rows."""
    if dev or not share:
        return list(rows), list(dev)
    places = list(range(len(rows)))
    random.Random(derived(seed, "dev")).shuffle(places)
    held = set(places[: max(1, round(share * len(rows)))])
    return (
        [row for i, row in enumerate(rows) if i not in held],
        [row for i, row in enumerate(rows) if i in held],
    )


def lineage(data: Path, dev: Path | None) -> dict[str, Any]:
    """Return where an adapter comes from: its data and the command."""
    return {
        "data": data.name,
        "data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "dev_data": dev.name if dev else None,
        "command": shlex.join(["persona", *sys.argv[1:]]),
    }


def tell(progress: Progress) -> None:
    """Print one line of progress to standard error."""
    figures = progress.figures
    shown = [f"step {progress.step}/{progress.steps}", f"loss {figures['loss']:.3f}"]
    if "rewards/margins" in figures:
        shown.append(f"margin {figures['rewards/margins']:.3f}")
        shown.append(f"accuracy {figures['rewards/accuracies']:.2f}")
    shown.append(f"rate {figures.get('learning_rate', 0.0):.1e}")
    shown.append(f"{progress.tokens_per_second:.0f} tokens/s")
    shown.append(f"{progress.minutes:.1f} min, {progress.minutes_left:.1f} left")
    note(" · ".join(shown))


def finish(result: TrainingResult) -> None:
    """Print where the adapter is and what should be known of it."""
    for remark in result.notes:
        note(remark)
    out.print(
        f"trained: {result.adapter} ({result.steps} steps, {result.minutes:.1f} minutes)",
        soft_wrap=True,
    )
