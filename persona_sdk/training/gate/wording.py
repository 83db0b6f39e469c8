"""How a gate's figures are put into words, the same in terminal, Markdown and HTML."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator

from persona_sdk.statistics import Estimate
from persona_sdk.training.gate.metrics import Unit, metric
from persona_sdk.training.gate.values import Finding, GateVerdict, State

NONE = "–"
"""Stands where there was nothing to measure."""

HEADS = ("metric", "before", "after", "difference [95%]", "pairs", "lost", "stands")
"""Heads of the columns that `rows` fills."""

OUTCOMES = {
    "promote": "PROMOTE: better, and no guard rail is touched",
    "reject": "REJECT: worse where it must not be",
    "undecided": "UNDECIDED: not shown to be better, so it is not promoted",
}

STATES: dict[State, str] = {
    "rises": "rises",
    "falls": "falls",
    "kept": "kept",
    "broken": "broken",
    "open": "open",
    "missing": "not enough",
    "waived": "waived",
    "told": NONE,
}
"""What a table calls how a metric stands."""


def outcome_line(verdict: GateVerdict) -> str:
    """Return the verdict as one line."""
    return OUTCOMES[verdict.outcome]


def rows(verdict: GateVerdict) -> Iterator[tuple[str, ...]]:
    """Yield a row of the table for each metric: label, before, after, difference, and so on."""
    for found in verdict.findings:
        unit = metric(found.metric).unit
        yield (
            metric(found.metric).label,
            value(found.before, unit),
            value(found.after, unit),
            interval(found.difference, unit),
            str(found.n),
            str(found.lost),
            STATES[found.state],
        )


def value(number: float | None, unit: Unit) -> str:
    """Return a mean as people read it: shares in percent, surprise as a perplexity.

    Example:
        >>> value(0.25, "share"), value(0.0, "nats")
        ('25.0%', '1.00')
    """
    if number is None:
        return NONE
    if unit == "share":
        return f"{number:.1%}"
    return f"{math.exp(number) if unit == 'nats' else number:.2f}"


def interval(estimate: Estimate | None, unit: Unit) -> str:
    """Return a difference with its interval; of perplexities it is a factor."""
    if estimate is None:
        return NONE
    mean, low, high = (change(n, unit) for n in (estimate.mean, estimate.low, estimate.high))
    return f"{mean} [{low}, {high}]"


def change(number: float, unit: Unit) -> str:
    """Return a difference as people read it.

    Example:
        >>> change(0.05, "share"), change(0.0, "nats")
        ('+5.0', '×1.00')
    """
    if unit == "nats":
        return f"×{math.exp(number):.2f}"
    return f"{100 * number:+.1f}" if unit == "share" else f"{number:+.2f}"


def remark(found: Finding) -> str:
    """Return why a metric stands so, with a capital."""
    return found.note[:1].upper() + found.note[1:]


def cell(text: str) -> str:
    """Return a text as a cell of a Markdown table; an empty one as a dash.

    Example:
        >>> cell("a < b"), cell(" ")
        ('a &lt; b', '–')
    """
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split()) or NONE


def harmless(text: str) -> str:
    """Show characters that steer a terminal or turn the line around, or that no file can hold."""
    return "".join("\ufffd" if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    if char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cs") or char in _OVERRIDES


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
