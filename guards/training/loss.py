"""The loss: cross-entropy that understands partial labels."""

from torch import Tensor, tensor, where
from torch.nn import functional


def partial_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean of `-log P(allowed labels)` over the lines that allow any; 0 for none.

    With one allowed label it is cross-entropy; for `nc` it is `-log(P(e) + P(n))`.

    Args:
        logits: `(batch, labels)`.
        allowed: Same shape, 1 where the label may be the true one.
    """
    used = allowed.any(dim=1)
    if not used.any():
        return logits.sum() * 0.0
    log_p = functional.log_softmax(logits[used].float(), dim=1)
    blocked = where(allowed[used] > 0, tensor(0.0), tensor(float("-inf")))
    return -(log_p + blocked).logsumexp(dim=1).mean()
