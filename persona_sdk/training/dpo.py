"""Direct preference optimisation (arXiv 2305.18290): the adapter learns which reply is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

from persona_sdk.errors import MissingExtra
from persona_sdk.training.outcome import TrainingResult
from persona_sdk.training.settings import Settings
from persona_sdk.types import PreferencePair

try:
    # The first to be imported: it sets what torch and the hub's client read when they are.
    from persona_sdk.training.run import Plan, prepared_model, run, too_long  # isort: skip
    import torch
    import torch.nn.functional as F
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    from persona_sdk.training.chat_tokens import ChatTokens
    from persona_sdk.training.learned_head import score_learned_only
    from persona_sdk.training.silence import silence
    from persona_sdk.training.trainer import OurTrainer, Report, common_arguments
except ImportError as error:
    if isinstance(error, MissingExtra):
        raise
    raise MissingExtra(error.name or "trl", "train") from error

Reference = Literal["start", "base"]
"""What the trained model must stay near: as it is at the start, or the base without any adapter."""

Row = dict[str, Any]
"""A tokenised pair: `prompt_ids`, `chosen_ids`, `rejected_ids`, `doubt`."""


_COLUMNS = ("prompt_ids", "chosen_ids", "rejected_ids", "doubt")


class _Collator(DataCollatorForPreference):  # type: ignore[misc]
    """TRL's collator, which keeps the doubt in each pair."""

    def torch_call(self, examples: list[Row]) -> dict[str, Any]:
        batch: dict[str, Any] = super().torch_call(examples)
        batch["doubt"] = torch.tensor([row["doubt"] for row in examples])
        return batch


class _DPO(OurTrainer, DPOTrainer):  # type: ignore[misc]
    """TRL's trainer with a reference of our choice and the paper's weighted objective.

    Args:
        reference: What the trained model must stay near.
        given: What our and TRL's trainers take.
    """

    def __init__(self, *, reference: Reference, **given: Any) -> None:
        self._from_base = reference == "base"
        super().__init__(**given)
        if "ref" in self.model.peft_config:  # the references are computed: their adapter may go
            self.model.delete_adapter("ref")

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset

    def _set_signature_columns_if_needed(self) -> None:
        self._signature_columns = [*_COLUMNS, "ref_chosen_logps", "ref_rejected_logps"]

    def _precompute_ref_logps(self, dataset: Dataset, name: str, batch_size: int) -> Dataset:
        """Add the log-probabilities of both replies under the reference, before any step."""
        if not self._scores_learned:
            score_learned_only(self.model.get_base_model())
            self._scores_learned = True
        order = sorted(range(len(dataset)), key=lambda i: length(dataset[i]))
        found: dict[int, tuple[float, float]] = {}
        self.model.eval()
        with self.model.disable_adapter() if self._from_base else nullcontext():
            for at in range(0, len(order), batch_size):
                places = order[at : at + batch_size]
                chosen, rejected = self._reference([dataset[i] for i in places])
                found.update(zip(places, zip(chosen, rejected, strict=True), strict=True))
        self.model.train()
        both = [found[i] for i in range(len(dataset))]
        return dataset.add_column("ref_chosen_logps", [c for c, _ in both]).add_column(
            "ref_rejected_logps", [r for _, r in both]
        )

    _scores_learned = False

    def _reference(self, rows: list[Row]) -> tuple[list[float], list[float]]:
        batch = self._prepare_inputs(self.data_collator(rows))
        with torch.no_grad(), self.accelerator.autocast():
            chosen, rejected = self._log_probs(self.model, batch).chunk(2)
        return chosen.tolist(), rejected.tolist()

    def _log_probs(self, model: Any, batch: Mapping[str, Any]) -> torch.Tensor:
        """Return the log-probability of each reply, the chosen ones first."""
        labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
        scored = model(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            use_cache=False,
            labels=labels,
            fused_lm_head=True,
        )
        summed: torch.Tensor = scored.log_probs.sum(dim=1)
        return summed

    def _compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool) -> Any:
        doubt = inputs.pop("doubt")
        if self.settings.objective == "dpo":
            return super()._compute_loss(model, inputs, return_outputs)
        chosen, rejected = self._log_probs(model, inputs).chunk(2)
        lifted = self.beta * (chosen - inputs["ref_chosen_logps"])
        sunk = self.beta * (rejected - inputs["ref_rejected_logps"])
        self._note(inputs, lifted.detach(), sunk.detach())
        return weighted_loss(lifted - sunk, doubt).mean()

    def _note(self, inputs: Mapping[str, Any], lifted: torch.Tensor, sunk: torch.Tensor) -> None:
        mode = "train" if self.model.training else "eval"
        kept = self._metrics[mode]
        kept["rewards/chosen"].append(lifted.mean().item())
        kept["rewards/rejected"].append(sunk.mean().item())
        kept["rewards/margins"].append((lifted - sunk).mean().item())
        kept["rewards/accuracies"].append((lifted > sunk).float().mean().item())
        if mode == "train":
            self._total_train_tokens += int(inputs["attention_mask"].sum())
        kept["num_tokens"] = [self._total_train_tokens]


def weighted_loss(margin: torch.Tensor, doubt: torch.Tensor) -> torch.Tensor:
    """Return the loss of pairs whose statements disagree (arXiv 2405.07726, eq. 8-9).

    Args:
        margin: x = beta times what the chosen reply gained on the rejected one, (pairs,).
        doubt: Share in [0, 1] of the weight that speaks for the rejected reply, (pairs,).

    Returns:
        -((1 - doubt) · log σ(x) + doubt · log σ(-x)), (pairs,).
    """
    return -(1 - doubt) * F.logsigmoid(margin) - doubt * F.logsigmoid(-margin)


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
        lineage: Kept in `training.json`: the data's file and digest, the command.

    Raises:
        AdapterError: `start` is no adapter of this base.
        ModelNotFound: There is no such base.
        TrainingError: No pair is short enough, the loss is no number, or memory runs out.
    """
    plan = Plan("dpo", settings, out, base, start, resume, report, lineage or {})
    model, tokenizer, file = prepared_model(plan)
    tokens = ChatTokens(tokenizer)
    kept, notes = _short_enough(tokens, pairs, settings.max_length)
    kept_dev, dev_notes = _short_enough(tokens, dev, settings.max_length) if dev else ([], ())
    with silence():
        trainer = _DPO(
            reference=reference,
            watch=plan.watch(),
            settings=settings,
            lengths=[length(row) for row in kept],
            model=model,
            args=DPOConfig(
                precompute_ref_log_probs=True,
                beta=settings.beta,
                loss_type=[settings.loss],
                label_smoothing=settings.label_smoothing,
                **common_arguments(settings, plan.checkpoints, len(kept), dev=bool(dev)),
            ),
            data_collator=_Collator(pad_token_id=tokenizer.pad_token_id),
            train_dataset=Dataset.from_list(kept),
            eval_dataset=Dataset.from_list(kept_dev) if dev else None,
            processing_class=tokenizer,
        )
    facts = {
        "pairs": len(kept),
        "dev_pairs": len(kept_dev),
        "tokens": sum(2 * len(r["prompt_ids"]) + _replies(r) for r in kept),
        "learned_tokens": sum(map(_replies, kept)),
        "reference": reference,
    }
    return run(trainer, plan, file, facts, [*notes, *dev_notes])


def length(row: Row) -> int:
    """Return the tokens of the longer of a pair's two conversations."""
    return len(row["prompt_ids"]) + max(len(row["chosen_ids"]), len(row["rejected_ids"]))


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
    weight = pair.supporting + pair.opposing
    return {
        "prompt_ids": list(chosen.prompt),
        "chosen_ids": list(chosen.learned_ids),
        "rejected_ids": list(rejected.learned_ids),
        "doubt": pair.opposing / weight if weight > 0 else 0.0,
    }
