"""What a training is asked for, and what of it a checkpoint has done already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from persona_sdk.training.best import KeepBest
from persona_sdk.training.checkpoints import BEST, kept_by, last_checkpoint
from persona_sdk.training.device import settled
from persona_sdk.training.settings import Settings
from persona_sdk.training.trainer import Report, Watch


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training is asked for, apart from its rows."""

    method: str
    settings: Settings
    out: Path
    base: str
    start: Path | None
    resume: bool
    report: Report | None
    lineage: Mapping[str, Any]
    tell: Callable[[str], None] | None = None
    """Takes remarks before the first step; None keeps still."""
    notes: tuple[str, ...] = ()
    """What of the settings this machine cannot do."""
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.out / "checkpoints"

    @property
    def checkpoint(self) -> Path | None:
        """The checkpoint to go on from; None begins anew."""
        return last_checkpoint(self.checkpoints) if self.resume else None

    def settled(self) -> Plan:
        """Return the plan with what is possible on this machine.

        Raises:
            TrainingError: The settings need a package that is missing.
        """
        possible, notes = settled(self.settings)
        return replace(self, settings=possible, notes=notes)

    def watch(self) -> Watch:
        """Return a watch that goes on where the checkpoint's stood."""
        earlier = kept_by("Watch", self.checkpoint)
        return Watch(self.settings, self.report, float(earlier.get("seconds", 0.0)))

    def best(self, dev: bool) -> KeepBest | None:
        """Return a keeper of the best adapter; None without dev rows."""
        if not dev:
            return None
        earlier = kept_by("KeepBest", self.checkpoint)
        return KeepBest(self.checkpoints / BEST, self.settings.patience, earlier)
