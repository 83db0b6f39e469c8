"""pass^k: how surely does a character get through the same user again and again?"""

from __future__ import annotations

from collections.abc import Iterable
from math import comb
from typing import NamedTuple

from persona_sdk.statistics import Estimate
from simulators.report.intervals import share
from simulators.report.turns import BROKEN_BY_OTHERS, CUT_SHORT, numbered
from simulators.values import Dialogue, Run


class PassHat(NamedTuple):
    """The chance in [0, 1] that `k` conversations with one user are all clean."""

    k: int
    chance: Estimate
    """With an interval that draws users; its `n` is how many talked at least `k` times."""


def is_clean(dialogue: Dialogue) -> bool | None:
    """Whether every first draft passed; None where there is nothing to judge the character by.

    A draft that the guard could not judge is no pass. A conversation that has not ended tells
    nothing: its first turns would pass for a whole.
    """
    if dialogue.fault in BROKEN_BY_OTHERS or dialogue.status in CUT_SHORT:
        return None
    if dialogue.fault == "character":
        return False
    if not dialogue.exchanges:
        return None
    return not any(turn.failed for turn in numbered(dialogue))


def pass_hat(run: Run) -> tuple[PassHat, ...]:
    """Estimate pass^k without bias, `mean of C(c, k) / C(n, k)` (arXiv 2406.12045, section 3).

    Returns:
        From k = 1 to the most repeats of one user; nothing where no user came back.
    """
    trials = [t for t in _trials(run.dialogues) if t]
    longest = max((len(t) for t in trials), default=0)
    if longest < 2:
        return ()
    return tuple(_pass_hat(trials, k) for k in range(1, longest + 1))


def _trials(dialogues: Iterable[Dialogue]) -> list[list[bool]]:
    """Return for each user which conversations were clean."""
    found: dict[str, list[bool]] = {}
    for dialogue in dialogues:
        if (clean := is_clean(dialogue)) is not None:
            found.setdefault(dialogue.profile_id, []).append(clean)
    return list(found.values())


def _pass_hat(trials: Iterable[list[bool]], k: int) -> PassHat:
    shares = [comb(sum(t), k) / comb(len(t), k) for t in trials if len(t) >= k]
    chance = share(shares, range(len(shares)))
    assert chance is not None  # someone talked that often
    return PassHat(k, chance)
