"""One training from its set-up to its adapter: what SFT and DPO share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import PreTrainedTokenizerBase, TrainerState

from persona_sdk.errors import AdapterError, TrainingError
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.training.adapters.lineage import read_lineage
from persona_sdk.training.arguments import planned_steps
from persona_sdk.training.base_model import find_base, load_base
from persona_sdk.training.best import restore
from persona_sdk.training.checkpoints import check_identity
from persona_sdk.training.curves_plot import write_curves
from persona_sdk.training.disk import telling_what_the_disk_refused
from persona_sdk.training.estimate import Batch, check_fits, estimated
from persona_sdk.training.lora import new_adapter, shape_of, started_adapter
from persona_sdk.training.outcome import TrainingResult, digest, versions, write_adapter
from persona_sdk.training.plan import Plan
from persona_sdk.training.silence import silence

_MAY_CHANGE = ("max_minutes", "checkpoint_minutes", "log_steps", "patience")
"""Settings that a resumed training may have otherwise than before."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A base with its adapter on it."""

    model: PeftModel
    tokenizer: PreTrainedTokenizerBase
    base_sha256: str
    start_sha256: str | None


def prepared_model(plan: Plan) -> Ready:
    """Load the base and put the adapter on it.

    Raises:
        AdapterError: `plan.start` is no adapter of this base.
        ModelNotFound: There is no such base.
        TrainingError: It has none of the layers, or does not fit the memory.
    """
    base_digest = find_base(plan.base).sha256
    start_digest = None if plan.start is None else _start_digest(plan.start, base_digest, plan.base)
    with silence():
        model, tokenizer = load_base(plan.base, four_bit=plan.settings.four_bit)
        if not torch.cuda.is_available():
            # The fused attention of CPUs took a third of a step; plain products take a seventh.
            model.set_attn_implementation("eager")
        adapted = (
            new_adapter(model, plan.settings, base=plan.base)
            if plan.start is None
            else started_adapter(model, plan.start, base=plan.base)
        )
    return Ready(adapted, tokenizer, base_digest, start_digest)


def begin(
    plan: Plan,
    ready: Ready,
    rows: Sequence[Any],
    dev: Sequence[Any],
    batches: Sequence[Batch],
    **more: Any,
) -> None:
    """Check that a training can start or go on, and tell what it needs.

    Args:
        plan: What was asked for.
        ready: What is trained.
        rows: What it is trained on, as JSON values.
        dev: What it is checked on, likewise.
        batches: Of an epoch.
        more: What else makes the training the one it is.

    Raises:
        TrainingError: It does not fit the memory, or the checkpoints are of another training.
    """
    settings = {k: v for k, v in asdict(plan.settings).items() if k not in _MAY_CHANGE}
    data = [*rows, dev] if dev else rows
    identity = {
        "method": plan.method,
        "base": ready.base_sha256,
        "start": ready.start_sha256,
        "data": hashlib.sha256(json.dumps(data).encode()).hexdigest(),
        **more,
        **settings,
    }
    steps = planned_steps(plan.settings, len(batches))
    estimate = estimated(ready.model, plan.settings, batches, steps)
    if plan.tell is not None:
        for remark in (*plan.notes, estimate.told()):
            plan.tell(remark)
    check_fits(estimate, plan.settings)
    check_identity(plan.checkpoints, identity, plan.checkpoint)


def run(
    trainer: Any, plan: Plan, ready: Ready, facts: Mapping[str, Any], notes: Sequence[str]
) -> TrainingResult:
    """Train, write the adapter with its record and its curves, and tell how it went.

    Args:
        trainer: One of ours.
        plan: What was asked for.
        ready: What is trained.
        facts: Of the data, for the record.
        notes: What the user should know.

    Raises:
        TrainingError: The loss is no number, memory runs out, or the disk is full.
    """
    checkpoint = plan.checkpoint
    if checkpoint and _has_ended(trainer):
        # The trainer looks for the end behind a step: asked to go on, it would take one more.
        trainer.state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
        restore(trainer.model, checkpoint)
    else:
        with telling_what_the_disk_refused(plan.out), silence():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    state, watch, best = trainer.state, trainer.watch, trainer.best
    settings = asdict(plan.settings)
    notes = [*plan.notes, *notes]
    if plan.start is not None:
        shape = shape_of(trainer.model)
        if other := [name for name, value in shape.items() if value != settings[name]]:
            notes.append(f"not as set but as in the adapter it started from: {', '.join(other)}")
        settings |= shape
    chosen = {}
    if best is not None:
        best.restore(trainer.model)
        chosen = {"best_step": best.step, "dev_loss": best.loss}
        if best.ended:
            notes.append(
                f"ended at step {state.global_step}: the dev loss was lowest at step {best.step}, "
                "whose adapter is kept"
            )
    curve = tuple(p for p in state.log_history if "loss" in p or "eval_loss" in p)
    record = {
        "method": plan.method,
        **plan.lineage,
        "base": plan.base,
        "base_sha256": ready.base_sha256,
        "start": plan.start.name if plan.start else None,
        "start_sha256": ready.start_sha256,
        **facts,
        "seed": plan.settings.seed,
        "settings": settings,
        "steps": state.global_step,
        **chosen,
        "minutes": round(watch.seconds / 60, 2),
        "started": plan.begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": notes,
        "versions": versions(),
        "curve": list(curve),
    }
    with telling_what_the_disk_refused(plan.out), silence():
        write_adapter(trainer.model, plan.out, record)
    write_curves(plan.out, curve)
    return TrainingResult(plan.out, state.global_step, watch.seconds / 60, curve, tuple(notes))


def too_long(kept: int, rows: int, most: int, shortest: int) -> tuple[str, ...]:
    """Return a note on the rows that were left out for their length.

    Raises:
        TrainingError: All were, or there were none.
    """
    if not rows:
        raise TrainingError("there is nothing to train on: give at least one row")
    if not kept:
        raise TrainingError(
            f"no row has at most {most} tokens, the shortest has {shortest}: raise the maximum "
            "length"
        )
    if kept == rows:
        return ()
    return (f"{rows - kept} of {rows} rows have over {most} tokens and were left out",)


def _has_ended(trainer: Any) -> bool:
    """Whether patience or the budget ended the training before this run."""
    return bool(trainer.watch.spent or (trainer.best is not None and trainer.best.ended))


def _start_digest(start: Path, base_sha256: str, base: str) -> str:
    """Return the digest of the adapter that a training starts from.

    Raises:
        AdapterError: It is missing, or its record is broken or tells that it was made for other
            weights.
    """
    weights = start if start.is_file() else start / "adapter_model.safetensors"
    if not weights.is_file():
        raise AdapterError(f"{start} holds no {weights.name}: name the --out of a training")
    record = read_adapter(start).lineage if start.is_file() else read_lineage(start)
    # An adapter of others tells no digest: its shapes are checked on loading.
    if record.get("base_sha256", base_sha256) != base_sha256:
        raise AdapterError(
            f"the adapter in {start} was trained on {record.get('base')!r} with other weights than "
            f"{base!r}: name the base that it was made for"
        )
    return digest([weights])
