"""Score only the tokens that are learned: the vocabulary is most of a small model's work."""

from __future__ import annotations

import types
from typing import Any

import torch
import torch.nn.functional as F
from transformers import PreTrainedModel
from trl.trainer.utils import FusedCausalLMOutput


def score_learned_only(model: PreTrainedModel) -> None:
    """Let TRL's fused head leave out tokens that are not learned, also without a GPU.

    TRL's head does so on GPUs alone; on a CPU it projects every position onto the vocabulary.
    The log-probabilities are the same. Entropies, which no loss here reads, are reported as 0.

    Args:
        model: The base model, on which TRL has put its fused head.
    """
    fused = model.forward
    soft_cap = getattr(model.config.get_text_config(), "final_logit_softcapping", None)

    def forward(
        self: PreTrainedModel,
        *args: Any,
        fused_lm_head: bool = False,
        labels: Any = None,
        **more: Any,
    ) -> Any:
        if not fused_lm_head or labels is None:
            given = {} if labels is None else {"labels": labels}
            return fused(*args, fused_lm_head=fused_lm_head, **given, **more)
        more.pop("num_items_in_batch", None)
        hidden = self.base_model(*args, **{**more, "use_cache": False}).last_hidden_state[:, :-1]
        wanted = labels[:, 1:]
        mask = wanted != -100
        logits = self.get_output_embeddings()(hidden[mask]).float()
        if soft_cap is not None:
            logits = soft_cap * torch.tanh(logits / soft_cap)
        return _scored(logits, wanted, mask)

    model.forward = types.MethodType(forward, model)


def _scored(logits: torch.Tensor, labels: torch.Tensor, mask: torch.Tensor) -> FusedCausalLMOutput:
    """Put what was computed for the learned tokens at their places; elsewhere it is 0.

    Args:
        logits: Of the learned tokens, (learned, vocabulary).
        labels: (rows, length - 1).
        mask: Where `labels` are learned, the same shape.
    """
    target = labels[mask]
    log_probs = -F.cross_entropy(logits, target, reduction="none")
    best = logits.detach().argmax(-1) == target
    empty = torch.zeros(mask.shape, dtype=torch.float32, device=logits.device)
    return FusedCausalLMOutput(
        loss=-log_probs.sum() / mask.sum().clamp(min=1),
        log_probs=empty.masked_scatter(mask, log_probs),
        entropy=empty,
        mean_logits=empty,
        is_top1=torch.zeros_like(mask).masked_scatter(mask, best),
        label_mask=mask,
    )
