"""Audits and comparisons of simulated users, as tables for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

from rich.console import RenderableType
from rich.table import Table

from persona_sdk.cli.terminal import printable
from persona_sdk.statistics import Estimate
from simulators.audit import Audit
from simulators.metrics.comparison import BothSides, Comparison
from simulators.metrics.conduct import Void
from simulators.metrics.detector import DetectorResult
from simulators.metrics.human import StyleGap
from simulators.metrics.values import Measure

MOST_GAPS = 10
"""Surface figures that a table shows, the widest gaps first."""

MOST_VOIDED = 10
"""Spoilt conversations that are named one by one."""

_WORDS = {"pass": "passed", "fail": "FAILED", "unscored": "not told"}


def document(found: Audit | Comparison) -> dict[str, object]:
    """Return a result as JSON holds it, every part by its name."""
    return {part.name: _plain(getattr(found, part.name)) for part in fields(found)}


def audit_tables(found: Audit) -> Iterator[RenderableType]:
    """Yield what `persona users audit` prints."""
    table = Table(
        "check", "result", "what was found", title="Simulated users", title_justify="left"
    )
    for finding in found.findings:
        flagged = finding.outcome == "fail" and not finding.voids
        result = "flagged" if flagged else _WORDS[finding.outcome]
        table.add_row(finding.name, result, printable(finding.reason))
    yield table
    if found.detector:
        yield from detector_tables(found.detector)
    yield _measures(found.measures)
    for void in found.voided[:MOST_VOIDED]:
        yield printable(f"conversation {void.number} is void: {'; '.join(void.reasons)}")
    if len(found.voided) > MOST_VOIDED:
        yield f"and {len(found.voided) - MOST_VOIDED} more"
    yield _verdict(found)


def comparison_tables(found: Comparison) -> Iterator[RenderableType]:
    """Yield what `persona users compare` prints."""
    yield from detector_tables(found.detector)
    yield _sides(found.sides)
    yield _measures(found.paired)


def detector_tables(found: DetectorResult) -> Iterator[RenderableType]:
    """Yield the AUC and the widest gaps."""
    yield f"{found.real} real and {found.simulated} simulated turns; 0.5 is alike, 1 told apart"
    if found.auc and found.surface_auc:
        yield f"detector AUC: {interval(found.auc)}"
        yield f"by surface alone: {interval(found.surface_auc)}"
    else:
        yield f"detector AUC: not told: {found.reason}"
    table = Table("figure", "real", "simulated", "AUC")
    for gap in found.gaps[:MOST_GAPS]:
        table.add_row(gap.name, f"{gap.real:.2f}", f"{gap.simulated:.2f}", interval(gap.auc))
    yield table


def interval(estimate: Estimate) -> str:
    """Return a mean with its interval.

    Example:
        >>> interval(Estimate(0.5, 0.4, 0.6, 12))
        '0.500 [0.400, 0.600]'
    """
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, (BothSides, Estimate, StyleGap, Void)):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _sides(sides: Sequence[BothSides]) -> Table:
    table = Table("metric", "real", "simulated", "better", "with")
    for real, simulated in sides:
        table.add_row(real.name, _value(real), _value(simulated), real.better, _made(real))
    return table


def _measures(measures: Sequence[Measure]) -> Table:
    table = Table("metric", "value", "better", "with", "note")
    for one in measures:
        table.add_row(one.name, _value(one), one.better, _made(one), printable(one.note))
    return table


def _value(measure: Measure) -> str:
    if measure.estimate is None:
        return f"not told: {measure.reason}"
    if measure.estimate.n == 1:
        return f"{measure.estimate.mean:.3f} of one conversation"
    return f"{interval(measure.estimate)} n={measure.estimate.n}"


def _made(measure: Measure) -> str:
    parts = [f"{what} {which:.28}" for what, which in measure.made_with]
    parts += [f"{what} {bar:.3g}" for what, bar in measure.thresholds]
    return printable(", ".join(parts))


def _verdict(found: Audit) -> str:
    if found.void:
        return printable(f"void: {'; '.join(found.void)}")
    spoilt = f"{len(found.voided)} of {found.conversations} conversations are void"
    if found.passed:
        return f"the simulated users passed; {spoilt}"
    needed = [f for f in found.findings if f.outcome == "unscored" and f.required]
    return printable(f"could not tell: {'; '.join(f'{f.name}: {f.reason}' for f in needed)}")
