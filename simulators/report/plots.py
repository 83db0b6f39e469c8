"""The charts of a report."""

from __future__ import annotations

from collections.abc import Sequence

from persona_sdk.charts import Bars, Line, bar_chart, line_chart
from persona_sdk.statistics import Estimate
from simulators.report.drift import Drift
from simulators.report.groups import Group
from simulators.report.repeats import PassHat
from simulators.report.wording import harmless

_BAND = "mean, with its 95% interval"


def violations_by_turn(drift: Drift) -> str:
    """Return the SVG of the violation rate over the turns of a conversation."""
    return line_chart(
        [_line(drift, [p.drafts.violation_rate for p in drift.points])],
        title="First drafts that go against a statement",
        x_label="turn",
        y_label="share",
        y_range=(0.0, 1.0),
    )


def delta_apc_by_turn(drift: Drift) -> str:
    """Return the SVG of ΔAPC over the turns of a conversation."""
    return line_chart(
        [_line(drift, [p.drafts.delta_apc for p in drift.points])],
        title="ΔAPC of first drafts",
        x_label="turn",
        y_label="ΔAPC",
    )


def violations_by_group(groups: Sequence[Group], *, title: str) -> str:
    """Return the SVG of the violation rate of each group."""
    known = [group for group in groups if group.drafts.violation_rate is not None]
    rates = [group.drafts.violation_rate for group in known]
    bars = Bars("violation rate", *_edges(rates))
    return bar_chart(
        [harmless(g.name) for g in known], [bars], title=title, x_label="share of first drafts"
    )


def clean_again(pass_hat: Sequence[PassHat]) -> str:
    """Return the SVG of pass^k."""
    edges = _edges([p.chance for p in pass_hat])
    return line_chart(
        [Line(_BAND, [p.k for p in pass_hat], *edges)],
        title="Chance that k conversations with one user are all clean",
        x_label="k",
        y_label="pass^k",
        y_range=(0.0, 1.0),
    )


def _line(drift: Drift, estimates: Sequence[Estimate | None]) -> Line:
    return Line(_BAND, [point.turn for point in drift.points], *_edges(estimates))


def _edges(
    estimates: Sequence[Estimate | None],
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    """Return means, lower and upper ends; a mean without an interval has no ends."""
    wide = [e if e and e.low < e.high else None for e in estimates]
    return (
        [e.mean if e else None for e in estimates],
        [e.low if e else None for e in wide],
        [e.high if e else None for e in wide],
    )
