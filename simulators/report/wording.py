"""How numbers and verdicts are worded, alike in HTML and Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from persona_sdk.statistics import Estimate
from persona_sdk.types import Attempt, Outcome, Rung, Violation
from simulators.audit_checks import Finding
from simulators.report.drift import Drift
from simulators.report.faithfulness import Faithfulness
from simulators.report.turns import NO_GUARD
from simulators.values import Status

UNKNOWN = "–"
"""Stands where a figure could not be told."""

RUNGS: dict[Rung, str] = {
    "draft": "first draft",
    "hint": "after a hint",
    "candidates": "one of several candidates",
    "fallback": "fallback line",
}

AUDITED: dict[Outcome, str] = {"pass": "passed", "fail": "failed", "unscored": "could not tell"}
"""How an audit, or a check of one, came out."""

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def percent(share: float | None) -> str:
    """Return a share in per cent.

    Example:
        >>> percent(0.125), percent(None)
        ('12.5%', '–')
    """
    return UNKNOWN if share is None else f"{share:.1%}"


def decimal(value: float | None, digits: int = 2) -> str:
    """Return a number with that many digits behind the point."""
    return UNKNOWN if value is None else f"{value + 0.0:.{digits}f}"


def percent_interval(estimate: Estimate | None) -> str:
    """Return a mean share and its interval."""
    return f"{percent(estimate.mean)} {percent_range(estimate)}".rstrip() if estimate else UNKNOWN


def percent_range(estimate: Estimate | None) -> str:
    """Return the interval of a mean share; empty where one conversation tells none."""
    if estimate is None or (estimate.n < 2 and estimate.low == estimate.high):
        return ""
    return f"[{estimate.low:.1%}, {estimate.high:.1%}]"


def decimal_interval(estimate: Estimate | None) -> str:
    """Return a mean and its interval."""
    return f"{decimal(estimate.mean)} {decimal_range(estimate)}".rstrip() if estimate else UNKNOWN


def decimal_range(estimate: Estimate | None) -> str:
    """Return the interval of a mean; empty where one conversation tells none."""
    if estimate is None or estimate.n < 2:
        return ""
    return f"[{estimate.low:.2f}, {estimate.high:.2f}]"


def seconds(value: float | None) -> str:
    """Return a duration: short ones in milliseconds."""
    if value is None:
        return UNKNOWN
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def plural(count: int, noun: str) -> str:
    """Return a count and its noun.

    Example:
        >>> plural(1, "turn"), plural(2, "turn")
        ('1 turn', '2 turns')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counts(pairs: Sequence[tuple[str, int]]) -> str:
    """Return names with how often each stands."""
    return ", ".join(f"{name} {count}" for name, count in pairs) or "none"


def endings(pairs: Sequence[tuple[Status, int]]) -> str:
    """Return how often conversations ended in each way."""
    return counts([(status.replace("_", " "), count) for status, count in pairs])


def unjudged(guard: str) -> str:
    """Return why a run has no figures of faithfulness."""
    return "No guard judged a reply" if guard == NO_GUARD else "The guard could judge no reply"


def judged(part: Faithfulness) -> str:
    """Return how many of the texts the guard could judge."""
    return f"{part.judged:,} of {part.turns:,} judged"


def checked(finding: Finding) -> str:
    """Return how a check of the audit came out; what harms no score is only flagged."""
    flagged = finding.outcome == "fail" and not finding.voids
    return "flagged" if flagged else AUDITED[finding.outcome]


def drift_words(drift: Drift) -> str:
    """Return how much a character changes from the earlier to the later half of conversations."""
    if drift.violation_rate is None:
        return "no conversation has two turns that could be judged"
    return (
        f"violation rate {decimal_interval(drift.violation_rate)}, "
        f"ΔAPC {decimal_interval(drift.delta_apc)}, "
        f"in {plural(drift.violation_rate.n, 'conversation')}"
    )


def why(attempt: Attempt) -> str:
    """Return in words what the guard said of an attempt."""
    verdict = attempt.verdict
    if verdict.outcome == "pass":
        return "passed"
    return "; ".join(map(evidence, verdict.violations)) or verdict.reason or verdict.outcome


def evidence(violation: Violation) -> str:
    """Return which statement a sentence goes against, how surely, and where the bar is."""
    statement = violation.statement
    return (
        f"contradicts {statement.id} “{statement.text}” with “{violation.sentence}” "
        f"(probability {violation.contradiction:.2f}, bar {violation.threshold:.2f})"
    )


def harmless(text: str) -> str:
    """Show characters that steer a terminal or turn the line around, or that no file can hold."""
    return "".join("\ufffd" if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    if char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cs") or char in _OVERRIDES
