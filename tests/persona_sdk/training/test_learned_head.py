import pytest
import torch
from trl.trainer.utils import add_fused_lm_head

from persona_sdk.training.base_model import load_base
from persona_sdk.training.learned_head import score_learned_only

OUTPUTS = ("log_probs", "entropy", "mean_logits", "is_top1")


@pytest.fixture(scope="module")
def batch():
    ids = torch.randint(0, 200, (3, 20), generator=torch.Generator().manual_seed(1))
    labels = ids.clone()
    labels[:, :8] = -100
    labels[2, :] = -100
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}


def scored(base, batch, *, ours):
    model, _ = load_base(base)
    model.model.layers[0].self_attn.q_proj.weight.requires_grad_(True)
    add_fused_lm_head(model, outputs=OUTPUTS)
    if ours:
        score_learned_only(model)
    out = model(**batch, fused_lm_head=True)
    out.log_probs.sum().backward()
    return out, model.model.layers[0].self_attn.q_proj.weight.grad


def test_learned_tokens_score_as_in_trl_and_pass_the_same_gradient(tiny_base, batch):
    theirs, gradient = scored(tiny_base, batch, ours=False)
    found, own_gradient = scored(tiny_base, batch, ours=True)
    torch.testing.assert_close(found.log_probs, theirs.log_probs)
    torch.testing.assert_close(own_gradient, gradient)
    assert torch.equal(found.is_top1, theirs.is_top1.bool())
    assert torch.equal(found.label_mask, theirs.label_mask)


def test_a_batch_without_learned_tokens_has_no_loss_but_a_gradient(tiny_base, batch):
    nothing = {**batch, "labels": torch.full_like(batch["labels"], -100)}
    out, gradient = scored(tiny_base, nothing, ours=True)
    assert out.log_probs.abs().sum() == 0
    assert gradient is None or gradient.abs().sum() == 0
