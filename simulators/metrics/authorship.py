"""Style-Sim and AVA: does the simulated user write like the real one?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulators.metrics.semantic import meanings
from simulators.metrics.spoken import Pairs, Spoken
from simulators.metrics.values import Measure, measured
from simulators.protocols import TextEmbedder

LOWEST, HIGHEST = 0.05, 0.95
"""Bounds of the same-author threshold."""


def style_sim(pairs: Pairs, style: TextEmbedder) -> Measure:
    """Return the mean cosine in [-1, 1] between the styles of simulated and real user turns.

    Args:
        pairs: What is compared.
        style: `StyleSpace`, or a style encoder such as AnnaWegmann/Style-Embedding behind the
            same seam. Numbers of two encoders do not compare.

    Raises:
        ScorerError: The encoder failed.
    """
    return measured(
        "Style-Sim",
        pairs.level,
        _cosines(pairs, style),
        groups=[pair.id for pair in pairs.pairs],
        made_with=(("encoder", style.digest),),
        otherwise=pairs.reason,
        note=pairs.note,
    )


def ava(pairs: Pairs, real: Sequence[Spoken], style: TextEmbedder) -> Measure:
    """Return the share in [0, 1] of pairs that pass for one author.

    Args:
        pairs: What is compared.
        real: Conversations of people, which the threshold is set on.
        style: As in `style_sim`.

    Raises:
        ScorerError: The encoder failed.
    """
    bar = same_author_threshold(real, style)
    if bar is None:
        reason = "the threshold needs a real conversation of two turns and two conversations"
        return measured("AVA", pairs.level, [], otherwise=reason)
    return measured(
        "AVA",
        pairs.level,
        [float(cosine >= bar) for cosine in _cosines(pairs, style)],
        groups=[pair.id for pair in pairs.pairs],
        made_with=(("encoder", style.digest),),
        thresholds=(("same author", bar),),
        otherwise=pairs.reason,
        note=pairs.note,
    )


def same_author_threshold(real: Sequence[Spoken], style: TextEmbedder) -> float | None:
    """Return the cosine halfway between turns of one author and of two, within [0.05, 0.95].

    One author: neighbouring turns of a conversation. Two: the first turns of two conversations.
    None if either is missing.

    Raises:
        ScorerError: The encoder failed.
    """
    following = [pair for one in real for pair in zip(one.user, one.user[1:], strict=False)]
    firsts = [one.user[0] for one in real if one.user]
    if not following or len(firsts) < 2:
        return None
    left, right = (style.embed([pair[side] for pair in following]) for side in (0, 1))
    same = float(np.sum(left * right, axis=1).mean())
    vectors = style.embed(firsts).astype(np.float64)
    n = len(vectors)
    other = float((np.square(vectors.sum(axis=0)).sum() - n) / (n * (n - 1)))
    return min(max((same + other) / 2, LOWEST), HIGHEST)


def _cosines(pairs: Pairs, style: TextEmbedder) -> list[float]:
    mine = meanings([pair.simulated for pair in pairs.pairs], style)
    yours = meanings([pair.real for pair in pairs.pairs], style)
    return [float(a @ b) for a, b in zip(mine, yours, strict=True)]
