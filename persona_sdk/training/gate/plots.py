"""The plots of a gate's report."""

from __future__ import annotations

from collections.abc import Sequence

from persona_sdk.charts import Bars, Line, bar_chart, line_chart
from persona_sdk.statistics import Estimate, bootstrap
from persona_sdk.training.gate.extremes import Contrast
from persona_sdk.training.gate.metrics import metric
from persona_sdk.training.gate.values import GateVerdict


def shares(verdict: GateVerdict) -> str:
    """Draw every share, before and after."""
    found = [
        f for f in verdict.findings if metric(f.metric).unit == "share" and f.difference is not None
    ]
    return bar_chart(
        [_with_direction(f.metric) for f in found],
        [
            Bars("before", tuple(f.before for f in found)),
            Bars("after", tuple(f.after for f in found)),
        ],
        title="Shares before and after",
        x_label="share of the items that both sides have",
        x_range=(0.0, 1.0),
    )


def by_persona(found: Sequence[Contrast], name: str) -> str:
    """Draw the primary metric of each character with its 95% interval over items."""
    personas = sorted({one.before.persona for one in found})
    before, after = [], []
    for persona in personas:
        own = [one for one in found if one.before.persona == persona]
        before.append(bootstrap([one.before.values[name] for one in own]))
        after.append(bootstrap([one.after.values[name] for one in own]))
    return bar_chart(
        personas,
        [_bars("before", before), _bars("after", after)],
        title=f"{metric(name).label} by character",
        x_label="mean of a draft, with its 95% interval",
    )


def gains(found: Sequence[Contrast], name: str) -> str:
    """Draw the gain of each item, the worst loss first."""
    places = tuple(float(i + 1) for i in range(len(found)))
    return line_chart(
        [Line("gain", places, tuple(one.gain for one in found))],
        title=f"Gain in {metric(name).label} item by item",
        x_label="items, the worst loss first",
        y_label="after less before",
    )


def _bars(name: str, estimates: Sequence[Estimate]) -> Bars:
    return Bars(
        name,
        tuple(e.mean for e in estimates),
        tuple(e.low for e in estimates),
        tuple(e.high for e in estimates),
    )


def _with_direction(name: str) -> str:
    return f"{metric(name).label} ({'↑' if metric(name).better == 'higher' else '↓'})"
