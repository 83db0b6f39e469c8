"""Direct preference optimisation (arXiv 2305.18290): the adapter learns which reply is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from persona_sdk.errors import MissingExtra, TrainingError
from persona_sdk.training.outcome import TrainingResult
from persona_sdk.training.preferences.messages import pair_fault, refuse_faulty
from persona_sdk.training.settings import Settings
from persona_sdk.types import PreferencePair

try:
    # The first to be imported: it sets what torch and the hub's client read when they are.
    from persona_sdk.training.run import begin, prepared_model, run, too_long  # isort: skip
    from datasets import Dataset
    from trl import DPOConfig

    from persona_sdk.training.arguments import common_arguments
    from persona_sdk.training.chat_tokens import ChatTokens
    from persona_sdk.training.dpo_trainer import DPO, PairCollator, Reference, Row, length
    from persona_sdk.training.estimate import batched
    from persona_sdk.training.memory import telling_what_to_lower
    from persona_sdk.training.plan import Plan
    from persona_sdk.training.silence import silence
    from persona_sdk.training.trainer import Report
except ImportError as error:
    if isinstance(error, MissingExtra):
        raise
    raise MissingExtra(error.name or "trl", "train") from error


def train_dpo(
    pairs: Sequence[PreferencePair],
    settings: Settings,
    out: Path,
    *,
    dev: Sequence[PreferencePair] = (),
    base: str = "builtin",
    start: Path | None = None,
    reference: Reference = "start",
    resume: bool = False,
    report: Report | None = None,
    tell: Callable[[str], None] | None = None,
    lineage: Mapping[str, Any] | None = None,
) -> TrainingResult:
    """Train an adapter to prefer the chosen replies.

    Args:
        pairs: Two replies to one prompt each.
        settings: How to train; `beta`, `objective` and `loss` are of this method.
        out: Folder of the adapter and, below it, the checkpoints.
        dev: Pairs that are not trained on; a training ends early without gain on them.
        base: `builtin`, `gguf:PATH` or `hf:DIR`.
        start: Adapter to go on from, as supervised fine-tuning left it; None begins with a
            fresh one.
        reference: `start` holds the model near what it is before the first step, `base` near the
            base without an adapter. Its log-probabilities are computed once, before the training.
        resume: Go on from the newest checkpoint in `out`, if there is one.
        report: Is told how it goes on.
        tell: Takes remarks before the first step: what the training needs, and what of the
            settings this machine cannot do.
        lineage: Kept in `training.json`: the data's file and digest, the command.

    Raises:
        AdapterError: `start` is no adapter of this base.
        ModelNotFound: There is no such base.
        RowError: A pair has equal replies, breaks the order of roles, is empty, or holds marks
            of a chat template.
        TrainingError: No pair is short enough, a text spells a special token of the base, the loss
            is no number, memory is or would be too small, the disk is full, or the checkpoints are
            of another training.
    """
    refuse_faulty("pairs", (pair_fault(p.prompt, p.chosen, p.rejected) for p in pairs))
    refuse_faulty("dev", (pair_fault(p.prompt, p.chosen, p.rejected) for p in dev))
    plan = Plan("dpo", settings, out, base, start, resume, report, lineage or {}, tell).settled()
    with telling_what_to_lower(plan.settings):
        ready = prepared_model(plan)
        tokens = ChatTokens(ready.tokenizer)
        kept, notes = _short_enough(tokens, pairs, settings.max_length)
        kept_dev, dev_notes = _short_enough(tokens, dev, settings.max_length) if dev else ([], ())
        lengths = [length(row) for row in kept]
        both = batched(lengths, [_replies(row) for row in kept], settings.batch)
        begin(
            plan,
            ready,
            kept,
            kept_dev,
            [batch._replace(rows=2 * batch.rows) for batch in both],
            reference=reference,
        )
        with silence():
            trainer = DPO(
                reference=reference,
                watch=plan.watch(),
                best=plan.best(bool(dev)),
                settings=plan.settings,
                lengths=lengths,
                model=ready.model,
                args=DPOConfig(
                    precompute_ref_log_probs=True,
                    beta=settings.beta,
                    loss_type=[settings.loss],
                    label_smoothing=settings.label_smoothing,
                    **common_arguments(plan.settings, plan.checkpoints, len(kept), dev=bool(dev)),
                ),
                data_collator=PairCollator(pad_token_id=ready.tokenizer.pad_token_id),
                train_dataset=Dataset.from_list(kept),
                eval_dataset=Dataset.from_list(kept_dev) if dev else None,
                processing_class=ready.tokenizer,
            )
        facts = {
            "pairs": len(kept),
            "dev_pairs": len(kept_dev),
            "tokens": sum(2 * len(r["prompt_ids"]) + _replies(r) for r in kept),
            "learned_tokens": sum(map(_replies, kept)),
            "reference": reference,
        }
        return run(trainer, plan, ready, facts, [*notes, *dev_notes])


def _replies(row: Row) -> int:
    return len(row["chosen_ids"]) + len(row["rejected_ids"])


def _short_enough(
    tokens: ChatTokens, pairs: Sequence[PreferencePair], most: int
) -> tuple[list[Row], tuple[str, ...]]:
    made = [_row(tokens, pair) for pair in pairs]
    kept = [row for row in made if length(row) <= most]
    return kept, too_long(len(kept), len(made), most, min(map(length, made), default=0))


def _row(tokens: ChatTokens, pair: PreferencePair) -> Row:
    chosen = tokens.reply(pair.prompt, pair.chosen)
    rejected = tokens.reply(pair.prompt, pair.rejected)
    if chosen.prompt != rejected.prompt:
        raise TrainingError(
            f"the chat template melts prompt and reply into one token, so that the prompts of a "
            f"pair differ: {pair.chosen!r}"
        )
    weight = pair.supporting + pair.opposing
    return {
        "prompt_ids": list(chosen.prompt),
        "chosen_ids": list(chosen.learned_ids),
        "rejected_ids": list(rejected.learned_ids),
        "doubt": pair.opposing / weight if weight > 0 else 0.0,
    }
