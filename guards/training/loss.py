"""The losses: cross-entropy that understands partial labels, and soft labels of a teacher."""

from torch import Tensor, where
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
    return _hard(logits[used], allowed[used]).mean()


def taught_loss(
    logits: Tensor, allowed: Tensor, taught: Tensor, *, weight: float, temperature: float
) -> Tensor:
    """Return the mean of `(1 - w) · hard + w · T² · soft` over the lines that allow a label.

    `hard` is that of `partial_loss`, at temperature 1. `soft` is the Kullback-Leibler divergence
    KL(teacher ‖ student), both at temperature T; T² keeps the share of the soft labels in the
    gradient about the same as T changes (Hinton et al. 2015, arXiv 1503.02531, section 2).

    What a line rules out stays ruled out. A teacher whose likeliest label is ruled out is wrong
    about the line, which is then learned from its own label alone (w = 0). Of a line that leaves
    two labels open, the teacher's distribution is renormalised over these: it decides what the
    line does not. Of a line with one label it stays whole. Renormalised, it would be the hard
    label again and teach nothing: which wrong label is nearer is what soft labels tell. The mean
    of the two targets then still has the line's label in front, since both have.

    Args:
        logits: Of the student, `(batch, labels)`.
        allowed: Same shape, 1 where the label may be the true one.
        taught: Logits of the teacher, same shape.
        weight: `w`, in [0, 1].
        temperature: `T`, above 0.
    """
    used = allowed.any(dim=1)
    if not used.any():
        return logits.sum() * 0.0
    logits, allowed, taught = logits[used].float(), allowed[used] > 0, taught[used].float()
    heard = allowed.gather(1, taught.argmax(dim=1, keepdim=True)).squeeze(1)
    open_to = allowed | (allowed.sum(dim=1, keepdim=True) == 1)
    targets = (taught.masked_fill(~open_to, float("-inf")) / temperature).softmax(dim=1)
    softened = functional.log_softmax(logits / temperature, dim=1)
    soft = functional.kl_div(softened, targets, reduction="none").sum(dim=1)
    hard = _hard(logits, allowed)
    mixed = (1 - weight) * hard + weight * temperature**2 * soft
    return where(heard, mixed, hard).mean()


def _hard(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return `-log P(allowed labels)` of each line, `(batch,)`."""
    log_p = functional.log_softmax(logits.float(), dim=1)
    return -log_p.masked_fill(allowed == 0, float("-inf")).logsumexp(dim=1)
