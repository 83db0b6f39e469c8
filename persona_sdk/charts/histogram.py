"""How often values fall where: counts in bins of equal width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from persona_sdk.charts.axes import Frame, colour, draw_frame, framed, no_data, tick_text
from persona_sdk.charts.canvas import add, note, sheet, written

_HEIGHT = 260.0


def histogram(
    values: Sequence[float],
    *,
    title: str,
    x_label: str = "",
    description: str = "",
    bins: int = 20,
    marker: float | None = None,
) -> str:
    """Return an SVG that counts `values` in bins of equal width.

    Args:
        values: Finite numbers; none gives a chart that says "no data".
        title: Stands above, and is read out.
        x_label: Under the axis.
        description: For readers who cannot see the chart; empty tells count, range and mean.
        bins: At least 1.
        marker: A value to draw a line at, such as a threshold.

    Raises:
        ValueError: A value is not finite, or `bins` is below 1.
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, was: {bins}")
    if bad := [value for value in values if not math.isfinite(value)]:
        raise ValueError(f"values must be finite, was: {bad[0]}")
    root = sheet(title, description or _told(values), _HEIGHT)
    if not values:
        no_data(root, _HEIGHT)
        return written(root)
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts = _counts(values, low, high, bins)
    shown = (min(low, marker), max(high, marker)) if marker is not None else (low, high)
    frame = framed(shown, (0.0, max(counts) * 1.05), legend=0.0, height=_HEIGHT)
    draw_frame(root, frame, x_label=x_label, y_label="count")
    _draw_bars(root, frame, counts, low, (high - low) / bins)
    if marker is not None:
        _draw_marker(root, frame, marker)
    return written(root)


def _counts(values: Sequence[float], low: float, high: float, bins: int) -> list[int]:
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / (high - low) * bins), bins - 1)] += 1
    return counts


def _draw_bars(
    root: Element, frame: Frame, counts: Sequence[int], low: float, width: float
) -> None:
    foot = frame.y.at(0.0)
    for place, count in enumerate(counts):
        left, right = low + place * width, low + (place + 1) * width
        x, top = frame.x.at(left), frame.y.at(count)
        wide = max(frame.x.at(right) - x - 1, 0.5)
        bar = add(root, "rect", x=x, y=top, width=wide, height=foot - top, fill=colour(0))
        note(bar, f"{tick_text(left)} to {tick_text(right)}: {count}")


def _draw_marker(root: Element, frame: Frame, marker: float) -> None:
    at = frame.x.at(marker)
    add(
        root,
        "line",
        x1=at,
        x2=at,
        y1=frame.y.start,
        y2=frame.y.end,
        stroke=colour(1),
        stroke_width=2,
        stroke_dasharray="5 3",
    )
    add(root, "text", tick_text(marker), x=at + 4, y=frame.y.end + 10)


def _told(values: Sequence[float]) -> str:
    if not values:
        return "no data"
    mean = sum(values) / len(values)
    return (
        f"{len(values)} values from {tick_text(min(values))} to {tick_text(max(values))}, "
        f"mean {tick_text(mean)}"
    )
