"""How true to the persona the replies of a run are: ΔAPC, coverage, violation rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from persona_sdk.statistics import Estimate
from persona_sdk.types import Attempt
from simulators.report.intervals import mean, share
from simulators.report.turns import NumberedTurn, is_judged

Stage = Literal["draft", "shown"]
"""`draft` is what the character wrote first, `shown` what the user read in the end. A guard that
enforces shows nothing that it fails: only drafts tell how often a character needs it."""


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Of one stage of the replies. Intervals draw whole conversations."""

    turns: int
    """Turns that have such a text."""
    judged: int
    """Those that the guard could judge; the means are over them."""
    delta_apc: Estimate | None
    """ΔV_APC of a reply: what it earns above an always-neutral one (arXiv 2405.07726, eq. 6)."""
    coverage: Estimate | None
    """Share in [0, 1] of the active statements that a reply expresses, small talk left out."""
    violation_rate: Estimate | None
    """Share in [0, 1] of replies that go against a statement."""

    @property
    def unscored(self) -> int:
        """Texts that the guard could not judge: neither passed nor failed."""
        return self.turns - self.judged


def faithfulness(turns: Sequence[NumberedTurn], stage: Stage) -> Faithfulness:
    """Measure one stage of the replies of `turns`; a mean over nothing is None."""
    written = [(t, a) for t in turns if (a := _attempt(t, stage)) is not None]
    judged = [(t, a.verdict) for t, a in written if is_judged(a.verdict)]
    groups = [t.dialogue.number for t, _ in judged]
    covered = [(t.dialogue.number, v.coverage) for t, v in judged if v.coverage is not None]
    return Faithfulness(
        turns=len(written),
        judged=len(judged),
        delta_apc=mean([v.delta_apc for _, v in judged], groups),
        coverage=mean([c for _, c in covered], [g for g, _ in covered]),
        violation_rate=share([v.outcome == "fail" for _, v in judged], groups),
    )


def _attempt(turn: NumberedTurn, stage: Stage) -> Attempt | None:
    match stage:
        case "draft":
            return turn.draft
        case "shown":
            return turn.shown
    assert_never(stage)
