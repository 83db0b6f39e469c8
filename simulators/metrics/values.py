"""What a metric returns: a number with its interval and all it was made with, or a reason."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from persona_sdk.statistics import Estimate, bootstrap

Level = Literal["utterance", "conversation", "corpus"]
"""What is compared: single turns, whole conversations, or all of them at once."""

Better = Literal["higher", "lower", "as people"]
"""Which way is good; `as people`: near the value that real users have."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of one set of simulated users.

    Two measures compare only where `made_with` and `thresholds` agree.
    """

    name: str
    level: Level
    better: Better
    estimate: Estimate | None
    """None where it could not be told; then `reason` says why. It is never 0 for that."""
    made_with: tuple[tuple[str, str], ...] = ()
    """Encoder, NLI model, judge: what it is and which one."""
    thresholds: tuple[tuple[str, float], ...] = ()
    reason: str = ""
    note: str = ""
    """What was left out, and other things to know."""

    @property
    def value(self) -> float | None:
        """The mean, None where it could not be told."""
        return None if self.estimate is None else self.estimate.mean


def measured(
    name: str,
    level: Level,
    values: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    better: Better = "higher",
    made_with: tuple[tuple[str, str], ...] = (),
    thresholds: tuple[tuple[str, float], ...] = (),
    otherwise: str = "there was nothing to measure",
    note: str = "",
) -> Measure:
    """Return the mean of `values` with its interval; without values, `otherwise` is the reason.

    Args:
        name: As in the table of `docs/simulator-metrics.md`.
        level: What each value compares.
        values: Finite numbers.
        groups: The conversation of each value; None where each value is one.
        better: Which way is good.
        made_with: Encoder, NLI model or judge.
        thresholds: Every bar that the values passed through.
        otherwise: Why there are no values, should there be none.
        note: What was left out.

    Example:
        >>> measured("Sem-Sim", "utterance", []).reason
        'there was nothing to measure'
    """
    estimate = bootstrap(values, groups=groups) if values else None
    reason = "" if values else otherwise
    return Measure(name, level, better, estimate, made_with, thresholds, reason, note)
