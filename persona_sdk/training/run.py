"""One training from its set-up to its adapter: what SFT and DPO share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import PreTrainedTokenizerBase

from persona_sdk.errors import TrainingError
from persona_sdk.training.base_model import BaseFile, find_base, load_base
from persona_sdk.training.lora import new_adapter, started_adapter
from persona_sdk.training.outcome import (
    TrainingResult,
    last_checkpoint,
    seconds_before,
    versions,
    write_adapter,
)
from persona_sdk.training.settings import Settings
from persona_sdk.training.silence import silence
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
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.out / "checkpoints"

    @property
    def checkpoint(self) -> Path | None:
        """The checkpoint to go on from; None begins anew."""
        return last_checkpoint(self.checkpoints) if self.resume else None

    def watch(self) -> Watch:
        """Return a watch that goes on where the checkpoint's stood."""
        found = self.checkpoint
        return Watch(self.settings, self.report, seconds_before(found) if found else 0.0)


def prepared_model(plan: Plan) -> tuple[PeftModel, PreTrainedTokenizerBase, BaseFile]:
    """Load the base and put the adapter on it.

    Raises:
        AdapterError: `plan.start` is no adapter of this base.
        ModelNotFound: There is no such base.
        TrainingError: It has none of the layers, or does not fit the memory.
    """
    base = find_base(plan.base)
    with silence():
        model, tokenizer = load_base(plan.base)
        if not torch.cuda.is_available():
            # The fused attention of CPUs took a third of a step; plain products take a seventh.
            model.set_attn_implementation("eager")
        adapted = (
            new_adapter(model, plan.settings, base=plan.base)
            if plan.start is None
            else started_adapter(model, plan.start, base=plan.base)
        )
    return adapted, tokenizer, base


def run(
    trainer: Any, plan: Plan, base: BaseFile, facts: Mapping[str, Any], notes: Sequence[str]
) -> TrainingResult:
    """Train, write the adapter with its record, and tell how it went.

    Args:
        trainer: One of ours.
        plan: What was asked for.
        base: What is adapted.
        facts: Of the data, for the record.
        notes: What the user should know.

    Raises:
        TrainingError: The loss is no number, memory runs out, or the disk is full.
    """
    checkpoint = plan.checkpoint
    with silence():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    state, watch = trainer.state, trainer.watch
    curve = tuple(p for p in state.log_history if "loss" in p or "eval_loss" in p)
    record = {
        "method": plan.method,
        **plan.lineage,
        "base": plan.base,
        "base_sha256": base.sha256,
        "start": str(plan.start) if plan.start else None,
        **facts,
        "seed": plan.settings.seed,
        "settings": asdict(plan.settings),
        "steps": state.global_step,
        "minutes": round(watch.seconds / 60, 2),
        "started": plan.begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": list(notes),
        "versions": versions(),
        "curve": list(curve),
    }
    with silence():
        write_adapter(trainer.model, plan.out, record)
    return TrainingResult(plan.out, state.global_step, watch.seconds / 60, curve, tuple(notes))


def too_long(kept: int, rows: int, most: int, shortest: int) -> tuple[str, ...]:
    """Return a note on the rows that were left out for their length.

    Raises:
        TrainingError: All were.
    """
    if not kept:
        raise TrainingError(
            f"no row has at most {most} tokens, the shortest has {shortest}: raise the maximum "
            "length"
        )
    if kept == rows:
        return ()
    return (f"{rows - kept} of {rows} rows have over {most} tokens and were left out",)
