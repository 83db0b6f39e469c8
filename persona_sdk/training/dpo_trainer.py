"""TRL's trainer of preferences, with a reference of our choice and the paper's weights."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Literal

import torch
import torch.nn.functional as F
from datasets import Dataset
from trl import DPOTrainer
from trl.trainer.dpo_trainer import DataCollatorForPreference

from persona_sdk.training.learned_head import score_learned_only
from persona_sdk.training.trainer import OurTrainer

Reference = Literal["start", "base"]
"""What the trained model must stay near: as it is at the start, or the base without any adapter."""

Row = dict[str, Any]
"""A tokenised pair: `prompt_ids`, `chosen_ids`, `rejected_ids`, `doubt`."""

_COLUMNS = ("prompt_ids", "chosen_ids", "rejected_ids", "doubt")


class PairCollator(DataCollatorForPreference):  # type: ignore[misc]
    """TRL's collator, which keeps the doubt in each pair."""

    def torch_call(self, examples: list[Row]) -> dict[str, Any]:
        batch: dict[str, Any] = super().torch_call(examples)
        batch["doubt"] = torch.tensor([row["doubt"] for row in examples])
        return batch


class DPO(OurTrainer, DPOTrainer):  # type: ignore[misc]
    """TRL's trainer with a reference of our choice and the paper's weighted objective.

    Args:
        reference: What the trained model must stay near.
        given: What our and TRL's trainers take.
    """

    _scores_learned = False

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


def length(row: Row) -> int:
    """Return the tokens of the longer of a pair's two conversations."""
    return len(row["prompt_ids"]) + max(len(row["chosen_ids"]), len(row["rejected_ids"]))
