"""Checkpoints of a training: the newest whole one, and whether it is of the same training."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from persona_sdk.errors import TrainingError
from persona_sdk.store.export import replacing

IDENTITY = "training_identity.json"
"""What two runs must have in common for one to go on where the other stopped."""

BEST = "best"
"""The adapter that did best on the dev rows, beside the checkpoints."""


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint of a training; None if there is none.

    A checkpoint whose writing was cut short lacks its last file and is passed over.
    """
    whole = [path for path in folder.glob("checkpoint-*") if _is_whole(path)]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def kept_by(callback: str, checkpoint: Path | None) -> dict[str, Any]:
    """Return what a callback of that name had kept in a checkpoint; empty without one."""
    if checkpoint is None:
        return {}
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = state.get("stateful_callbacks", {}).get(callback, {})
    return dict(found.get("attributes", {}))


def check_identity(folder: Path, identity: Mapping[str, Any], checkpoint: Path | None) -> None:
    """Keep what makes this training the one it is, or compare it with what a checkpoint had.

    Args:
        folder: Of the checkpoints.
        identity: Values by name.
        checkpoint: What is gone on from; None begins anew, without what an earlier training left.

    Raises:
        TrainingError: The checkpoint is of another training; names what differs.
    """
    file = folder / IDENTITY
    wanted = json.loads(json.dumps(dict(identity)))
    if checkpoint is None:
        # Under the new identity they would pass for checkpoints of this training.
        for left in (*folder.glob("checkpoint-*"), *folder.glob(BEST)):
            shutil.rmtree(left)
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(file) as out:
            json.dump(wanted, out, indent=2)
        return
    try:
        before = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{file} cannot be read ({error}): train into another folder"
        ) from error
    changed = [name for name in wanted if wanted[name] != before.get(name)]
    if changed:
        told = ", ".join(f"{n} (was {before.get(n)!r}, is {wanted[n]!r})" for n in changed)
        raise TrainingError(
            f"{folder} holds checkpoints of another training; what differs: {told}: give the same "
            "options and data, or train into another folder"
        )


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return checkpoint.name.rpartition("-")[2].isdigit()
