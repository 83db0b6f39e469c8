"""What each statement says of a pair: the weights of the per-constraint objective.

Equations 8 and 9 of arXiv 2405.07726 print a DPO loss for every statement, weighted by g, whose
direction is the statement's own preference. The paper's code trains plain DPO on the summed score
instead, and so do we by default. For the weighted objective we take the statement's probability of
being satisfied, `g·e + (1-g)·(1-c)` (eq. 3), of both replies: their difference d is the active
part `g·(e⁺ - e⁻)` and the passive part `(1-g)·(c⁻ - c⁺)` in one. A statement with d > 0 speaks for
the chosen reply with w·d, one with d < 0 for the rejected one with -w·d, w being the statement's
own weight. Where all w are 1, supporting less opposing is the margin in ΔV_APC.
"""

from __future__ import annotations

from typing import NamedTuple

from persona_sdk.types import Verdict


class Weights(NamedTuple):
    """How much the statements speak for either reply of a pair, each at least 0."""

    supporting: float
    opposing: float


PLAIN = Weights(1.0, 0.0)
"""Where nothing tells the replies apart the weighted objective is plain DPO."""


def weights_of(chosen: Verdict, rejected: Verdict) -> Weights:
    """Return what the statements that both verdicts measured say of the pair.

    Example:
        >>> weights_of(Verdict("pass"), Verdict("fail"))
        Weights(supporting=1.0, opposing=0.0)
    """
    other = {c.statement.id: c.apc for c in rejected.constraints}
    differences = [
        c.statement.weight * (c.apc - other[c.statement.id])
        for c in chosen.constraints
        if c.statement.id in other
    ]
    found = Weights(sum(d for d in differences if d > 0), sum(-d for d in differences if d < 0))
    return found if found.supporting + found.opposing > 0 else PLAIN
