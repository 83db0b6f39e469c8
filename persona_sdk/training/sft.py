"""Supervised fine-tuning: the adapter learns the assistant's turns of conversations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from persona_sdk.errors import MissingExtra, TrainingError
from persona_sdk.training.base_model import find_base, load_base
from persona_sdk.training.outcome import (
    TrainingResult,
    last_checkpoint,
    seconds_before,
    versions,
    write_adapter,
)
from persona_sdk.training.settings import Settings
from persona_sdk.types import Turn

try:
    import torch
    from datasets import Dataset
    from transformers import PrinterCallback
    from trl import SFTConfig, SFTTrainer

    from persona_sdk.training.chat_tokens import ChatTokens, Tokens
    from persona_sdk.training.learned_head import score_learned_only
    from persona_sdk.training.lora import new_adapter, started_adapter
    from persona_sdk.training.trainer import OurTrainer, Report, Watch, computes_in_bf16
except ImportError as error:
    if isinstance(error, MissingExtra):
        raise
    raise MissingExtra(error.name or "trl", "train") from error


class _SFT(OurTrainer, SFTTrainer):  # type: ignore[misc]
    """TRL's trainer in our order, schedule and silence."""


def train_sft(
    rows: Sequence[Sequence[Turn]],
    settings: Settings,
    out: Path,
    *,
    base: str = "builtin",
    start: Path | None = None,
    resume: bool = False,
    report: Report | None = None,
    lineage: Mapping[str, Any] | None = None,
) -> TrainingResult:
    """Train an adapter to answer as the assistant's turns of `rows` do.

    Args:
        rows: Conversations; each ends with an assistant turn.
        settings: How to train.
        out: Folder of the adapter; checkpoints lie below it until the training is done.
        base: `builtin`, `gguf:PATH` or `hf:DIR`.
        start: Adapter to go on from; None begins with a fresh one.
        resume: Go on from the newest checkpoint in `out`, if there is one.
        report: Is told how it goes on.
        lineage: Kept in `training.json`: the data's file and digest, the command.

    Raises:
        AdapterError: `start` is no adapter of this base.
        ModelNotFound: There is no such base.
        TrainingError: No row is short enough, the loss is no number, or memory runs out.
    """
    begun = datetime.now(UTC)
    plain, tokenizer = load_base(base)
    tokens = ChatTokens(tokenizer)
    kept, notes = _short_enough([tokens.conversation(row) for row in rows], settings.max_length)
    model = (
        new_adapter(plain, settings, base=base)
        if start is None
        else started_adapter(plain, start, base=base)
    )
    checkpoint = last_checkpoint(out / "checkpoints") if resume else None
    watch = Watch(settings, report, seconds_before(checkpoint) if checkpoint else 0.0)
    _SFT.watch, _SFT.settings, _SFT.lengths = watch, settings, [len(row.ids) for row in kept]
    trainer = _SFT(
        model=model,
        args=_arguments(settings, out / "checkpoints", len(kept)),
        train_dataset=Dataset.from_list([{"input_ids": t.ids, "labels": t.labels} for t in kept]),
        processing_class=tokenizer,
    )
    score_learned_only(trainer.model.get_base_model())
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(watch)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    curve = tuple(point for point in trainer.state.log_history if "loss" in point)
    record = {
        "method": "sft",
        **(lineage or {}),
        "base": base,
        "base_sha256": find_base(base).sha256,
        "start": str(start) if start else None,
        "rows": len(kept),
        "tokens": sum(len(t.ids) for t in kept),
        "learned_tokens": sum(t.learned for t in kept),
        "seed": settings.seed,
        "settings": asdict(settings),
        "steps": trainer.state.global_step,
        "minutes": round(watch.seconds / 60, 2),
        "started": begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": list(notes),
        "versions": versions(),
        "curve": list(curve),
    }
    write_adapter(trainer.model, out, record)
    return TrainingResult(out, trainer.state.global_step, watch.seconds / 60, curve, notes)


def _short_enough(rows: list[Tokens], most: int) -> tuple[list[Tokens], tuple[str, ...]]:
    kept = [row for row in rows if len(row.ids) <= most]
    if not kept:
        raise TrainingError(
            f"no row has at most {most} tokens, the shortest has "
            f"{min(len(row.ids) for row in rows)}: raise the maximum length"
        )
    out = len(rows) - len(kept)
    return kept, (
        (f"{out} of {len(rows)} rows have over {most} tokens and were left out",) if out else ()
    )


def _arguments(settings: Settings, folder: Path, rows: int) -> SFTConfig:
    batches = math.ceil(rows / settings.batch)
    steps = math.ceil(settings.epochs * math.ceil(batches / settings.accumulation))
    return SFTConfig(
        output_dir=str(folder),
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        shuffle_dataset=False,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulation,
        max_steps=steps,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_gradient,
        optim="adamw_torch",
        use_cpu=not torch.cuda.is_available(),
        bf16=computes_in_bf16(settings),
        gradient_checkpointing=False,
        seed=settings.seed,
        logging_steps=settings.log_steps,
        logging_nan_inf_filter=False,
        save_strategy="no",
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
    )
