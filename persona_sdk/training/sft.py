"""Supervised fine-tuning: the adapter learns the assistant's turns of conversations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from persona_sdk.errors import MissingExtra
from persona_sdk.training.outcome import TrainingResult
from persona_sdk.training.preferences.messages import conversation_fault, refuse_faulty
from persona_sdk.training.settings import Settings
from persona_sdk.types import Turn

try:
    # The first to be imported: it sets what torch and the hub's client read when they are.
    from persona_sdk.training.run import begin, prepared_model, run, too_long  # isort: skip
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    from persona_sdk.training.arguments import common_arguments
    from persona_sdk.training.chat_tokens import ChatTokens, Tokens
    from persona_sdk.training.estimate import batched
    from persona_sdk.training.learned_head import score_learned_only
    from persona_sdk.training.memory import telling_what_to_lower
    from persona_sdk.training.plan import Plan
    from persona_sdk.training.silence import silence
    from persona_sdk.training.trainer import OurTrainer, Report
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
    dev: Sequence[Sequence[Turn]] = (),
    base: str = "builtin",
    start: Path | None = None,
    resume: bool = False,
    report: Report | None = None,
    tell: Callable[[str], None] | None = None,
    lineage: Mapping[str, Any] | None = None,
) -> TrainingResult:
    """Train an adapter to answer as the assistant's turns of `rows` do.

    Args:
        rows: Conversations; each ends with an assistant turn.
        settings: How to train.
        out: Folder of the adapter and, below it, the checkpoints.
        dev: Conversations that are not trained on; a training ends early without gain on them.
        base: `builtin`, `gguf:PATH` or `hf:DIR`.
        start: Adapter to go on from; None begins with a fresh one.
        resume: Go on from the newest checkpoint in `out`, if there is one.
        report: Is told how it goes on.
        tell: Takes remarks before the first step: what the training needs, and what of the
            settings this machine cannot do.
        lineage: Kept in `training.json`: the data's file and digest, the command.

    Raises:
        AdapterError: `start` is no adapter of this base.
        ModelNotFound: There is no such base.
        RowError: A row breaks the order of roles, is empty, or holds marks of a chat template.
        TrainingError: No row is short enough, a text spells a special token of the base, the loss
            is no number, memory is or would be too small, the disk is full, or the checkpoints are
            of another training.
    """
    refuse_faulty("rows", map(conversation_fault, rows))
    refuse_faulty("dev", map(conversation_fault, dev))
    plan = Plan("sft", settings, out, base, start, resume, report, lineage or {}, tell).settled()
    with telling_what_to_lower(plan.settings):
        ready = prepared_model(plan)
        tokens = ChatTokens(ready.tokenizer)
        kept, notes = _short_enough(tokens, rows, settings.max_length)
        kept_dev, dev_notes = _short_enough(tokens, dev, settings.max_length) if dev else ([], ())
        lengths = [len(row.ids) for row in kept]
        begin(
            plan,
            ready,
            [row.ids for row in kept],
            [row.ids for row in kept_dev],
            batched(lengths, [row.learned for row in kept], settings.batch),
        )
        with silence():
            trainer = _SFT(
                watch=plan.watch(),
                best=plan.best(bool(dev)),
                settings=plan.settings,
                lengths=lengths,
                model=ready.model,
                args=SFTConfig(
                    dataset_kwargs={"skip_prepare_dataset": True},
                    shuffle_dataset=False,
                    **common_arguments(plan.settings, plan.checkpoints, len(kept), dev=bool(dev)),
                ),
                train_dataset=_dataset(kept),
                eval_dataset=_dataset(kept_dev) if dev else None,
                processing_class=ready.tokenizer,
            )
        score_learned_only(trainer.model.get_base_model())
        facts = {
            "rows": len(kept),
            "dev_rows": len(kept_dev),
            "tokens": sum(lengths),
            "learned_tokens": sum(row.learned for row in kept),
        }
        return run(trainer, plan, ready, facts, [*notes, *dev_notes])


def _short_enough(
    tokens: ChatTokens, rows: Sequence[Sequence[Turn]], most: int
) -> tuple[list[Tokens], tuple[str, ...]]:
    made = [tokens.conversation(row) for row in rows]
    kept = [row for row in made if len(row.ids) <= most]
    shortest = min((len(row.ids) for row in made), default=0)
    return kept, too_long(len(kept), len(made), most, shortest)


def _dataset(rows: Sequence[Tokens]) -> Dataset:
    return Dataset.from_list([{"input_ids": row.ids, "labels": row.labels} for row in rows])
