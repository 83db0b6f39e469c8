"""The pure rule: measurements of both sides and bars in, a verdict out.

It promotes only what is shown to be better at the primary metric and not worse at any guard rail.
What was not measured, on too few items, or with an interval that allows both, is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import fmean

from persona_sdk.statistics import Estimate
from persona_sdk.training.gate.bars import Bars, Rail
from persona_sdk.training.gate.metrics import METRICS, metric
from persona_sdk.training.gate.pairing import Sides, by_item, interval, pairs
from persona_sdk.training.gate.values import Finding, GateVerdict, Measurement, Outcome
from persona_sdk.training.gate.wording import interval as interval_text

LENGTH = "words"
"""The metric that has to stay in a band."""


def decide(
    measurements: Iterable[Measurement],
    bars: Bars | None = None,
    *,
    waived: Mapping[str, str] | None = None,
    seed: int = 0,
) -> GateVerdict:
    """Compare the two sides.

    Args:
        measurements: Of both sides, in any order.
        bars: What has to be reached; None takes the defaults.
        waived: Rails that do not apply to these personas, each with the reason, such as hard
            contradictions of characters that have no hard statement.
        seed: Of the bootstrap.

    Example:
        >>> decide([]).outcome
        'undecided'
    """
    bars = bars or Bars()
    sides = by_item(measurements)
    rails = {rail.metric: rail for rail in bars.rails}
    findings = []
    for one in METRICS:
        found = _measured(sides, one.name, bars, seed)
        if one.name == bars.primary:
            found = _as_primary(found, bars, _unheard(sides, one.name))
        elif waived and one.name in waived:
            found = replace(found, state="waived", note=waived[one.name])
        elif one.name == LENGTH:
            found = _as_length(found, sides, bars, seed)
        elif one.name in rails:
            found = _as_rail(found, rails[one.name], bars)
        findings.append(found)
    kept = tuple(f for f in findings if f.n or f.lost or f.state != "told")
    outcome, reasons = _outcome(kept, bars)
    return GateVerdict(outcome, reasons, kept, _scope(sides, bars))


def _measured(sides: Sides, name: str, bars: Bars, seed: int) -> Finding:
    found = pairs(sides, name)
    if not found.keys:
        return Finding(name, "told", 0, found.lost)
    return Finding(
        name,
        "told",
        len(found.keys),
        found.lost,
        fmean(found.before),
        fmean(found.after),
        interval(found.gains, found.keys, drawn_personas=bars.fewest_personas, seed=seed),
    )


def _unheard(sides: Sides, name: str) -> str:
    """Return the characters without a single pair: no verdict may be said to hold for them."""
    asked = {persona for task, persona, _ in sides if task == metric(name).task}
    return ", ".join(sorted(asked - {persona for _, persona, _ in pairs(sides, name).keys}))


def _as_primary(found: Finding, bars: Bars, unheard: str) -> Finding:
    difference = found.difference
    lacking = _lacking(found, bars) or (unheard and f"no item of {unheard} has it on both sides")
    if lacking or difference is None:
        return replace(found, state="missing", note=lacking)
    worse = _worse(difference, found.metric)
    if worse.high < 0:
        return replace(found, state="rises", note="the whole interval is better than before")
    if worse.low > 0:
        return replace(found, state="falls", note="the whole interval is worse than before")
    return replace(found, state="open", note="the interval holds 0")


def _as_rail(found: Finding, rail: Rail, bars: Bars) -> Finding:
    difference = found.difference
    if (lacking := _lacking(found, bars)) or difference is None:
        if rail.veto_only:
            return replace(found, note=f"not counted: {lacking}" if found.n else "")
        return replace(found, state="missing", note=lacking)
    worse = _worse(difference, found.metric)
    margin = _margin(rail)
    if worse.low > 0 and worse.mean > rail.allowed:
        return replace(found, state="broken", note=f"clearly worse, by more than {margin}")
    if worse.high <= rail.allowed:
        return replace(found, state="kept", note=f"worse by {margin} at most")
    if rail.veto_only:
        return replace(found, note=f"may be worse by more than {margin}, which alone stops nothing")
    return replace(found, state="open", note=f"may be worse by more than {margin}")


def _as_length(found: Finding, sides: Sides, bars: Bars, seed: int) -> Finding:
    if lacking := _lacking(found, bars):
        return replace(found, state="missing", note=lacking)
    lengths = pairs(sides, LENGTH)
    drawn = bars.fewest_personas
    after = interval(lengths.after, lengths.keys, drawn_personas=drawn, seed=seed)
    low, high = bars.words
    band = f"the band of {low:g} to {high:g} words"
    if low <= after.low and after.high <= high:
        return replace(found, state="kept", note=f"within {band}")
    if after.high < low or after.low > high:
        return replace(found, state="broken", note=f"outside {band}")
    return replace(found, state="open", note=f"may be outside {band}")


def _lacking(found: Finding, bars: Bars) -> str:
    """Return why a metric says nothing; empty where it does say something."""
    if not found.n:
        return "no item has it on both sides"
    asked = found.n + found.lost
    if found.lost > bars.most_lost * asked:
        return (
            f"{found.lost} of {asked} items have no value on a side, at most "
            f"{bars.most_lost:.0%} may"
        )
    if found.n < (fewest := bars.fewest(found.metric)):
        return f"{found.n} items are too few to tell, at least {fewest} are needed"
    return ""


def _worse(difference: Estimate, name: str) -> Estimate:
    """Turn a difference around where needed, so that above 0 is worse."""
    if metric(name).better == "lower":
        return difference
    return Estimate(-difference.mean, -difference.high, -difference.low, difference.n)


def _margin(rail: Rail) -> str:
    match metric(rail.metric).unit:
        case "nats":
            return f"{rail.margin:.0%}"
        case "share":
            return f"{100 * rail.margin:g} points"
        case _:
            return f"{rail.margin:g}"


def _outcome(findings: Iterable[Finding], bars: Bars) -> tuple[Outcome, tuple[str, ...]]:
    """Return the outcome and the reasons, the weightiest first."""
    told: dict[str, list[str]] = {"reject": [], "undecided": [], "promote": []}
    for found in findings:
        told[_vote(found)] += [_reason(found)] if found.state not in ("told", "waived") else []
    rises = any(f.metric == bars.primary and f.state == "rises" for f in findings)
    if told["reject"]:
        return "reject", tuple(told["reject"])
    if told["undecided"] or not rises:
        return "undecided", tuple(told["undecided"] or ["nothing was measured"])
    return "promote", tuple(told["promote"])


def _vote(found: Finding) -> Outcome:
    if found.state in ("falls", "broken"):
        return "reject"
    return "undecided" if found.state in ("open", "missing") else "promote"


def _reason(found: Finding) -> str:
    label = metric(found.metric).label
    if found.difference is None:
        return f"{label}: {found.note}"
    shown = interval_text(found.difference, metric(found.metric).unit)
    return f"{label} {shown}: {found.note}"


def _scope(sides: Sides, bars: Bars) -> str:
    personas = sorted({persona for _, persona, _ in sides if persona})
    if len(personas) >= bars.fewest_personas:
        return f"characters like these {len(personas)}: personas and items were drawn both"
    names = ", ".join(personas) or "nobody"
    return f"{names} only: with fewer than {bars.fewest_personas} personas, items alone were drawn"
