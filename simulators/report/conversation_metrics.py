"""Figures of one conversation, by which two runs are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

from persona_sdk.types import Verdict
from simulators.report.repeats import is_clean
from simulators.report.turns import is_judged
from simulators.values import Dialogue


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of one conversation, and which way is good."""

    name: str
    measure: Callable[[Dialogue], float | None]
    """None where a conversation does not tell."""
    more_is_better: bool = False
    is_share: bool = False
    """Whether it lies in [0, 1]."""
    of_statements: bool = False
    """Whether its scale hangs on the persona's statements."""


def _over_drafts(measure: Callable[[Verdict], float | None]) -> Callable[[Dialogue], float | None]:
    """Return the mean over the first drafts of a conversation that the guard could judge."""

    def mean(dialogue: Dialogue) -> float | None:
        judged = [measure(verdict) for verdict in _drafts(dialogue) if is_judged(verdict)]
        known = [value for value in judged if value is not None]
        return fmean(known) if known else None

    return mean


def _clean(dialogue: Dialogue) -> float | None:
    clean = is_clean(dialogue)
    if clean is None or not any(is_judged(v) for v in _drafts(dialogue)):
        return None
    return float(clean)


def _drafts(dialogue: Dialogue) -> list[Verdict]:
    return [e.reply.attempts[0].verdict for e in dialogue.exchanges if e.reply.attempts]


def _shown_delta_apc(dialogue: Dialogue) -> float | None:
    verdicts = [e.reply.verdict for e in dialogue.exchanges if e.reply.text]
    gains = [v.delta_apc for v in verdicts if v is not None and is_judged(v)]
    return fmean(gains) if gains else None


METRICS = (
    Metric("violation rate", _over_drafts(lambda v: float(v.outcome == "fail")), is_share=True),
    Metric("ΔAPC", _over_drafts(lambda v: v.delta_apc), more_is_better=True, of_statements=True),
    Metric("ΔAPC as shown", _shown_delta_apc, more_is_better=True, of_statements=True),
    Metric(
        "coverage",
        _over_drafts(lambda v: v.coverage),
        more_is_better=True,
        is_share=True,
        of_statements=True,
    ),
    Metric("clean conversations", _clean, more_is_better=True, is_share=True),
    Metric(
        "nothing shown",
        lambda d: fmean(float(not e.reply.text) for e in d.exchanges),
        is_share=True,
    ),
    Metric("drafts a reply", lambda d: fmean(len(e.reply.attempts) for e in d.exchanges)),
    Metric("seconds a reply", lambda d: fmean(e.character_usage.seconds for e in d.exchanges)),
)
"""What is compared, each a mean over a conversation. Coverage and ΔAPC are of first drafts unless
they say otherwise."""
