"""Grouped horizontal bars with interval whiskers: long group names keep their room."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from persona_sdk.charts.axes import (
    Scale,
    colour,
    draw_legend,
    legend_height,
    no_data,
    span,
    tick_text,
    ticks,
)
from persona_sdk.charts.canvas import WIDTH, add, note, sheet, shortened, written
from persona_sdk.charts.series import Bars

_BAR, _GAP, _HEAD, _FOOT = 14.0, 12.0, 34.0, 46.0
_NAME_LETTERS = 34


def bar_chart(
    groups: Sequence[str],
    series: Sequence[Bars],
    *,
    title: str,
    x_label: str = "",
    description: str = "",
    x_range: tuple[float, float] | None = None,
) -> str:
    """Return an SVG with one bar of each series for each group, and whiskers for intervals.

    Args:
        groups: Names at the left; a long one is cut and shown whole on pointing.
        series: Each with a value a group; None leaves the place empty but for a dash.
        title: Stands above, and is read out.
        x_label: Of the axis of values.
        description: For readers who cannot see the chart; empty tells every value.
        x_range: What the axis shows; None is from 0 to the largest value or whisker.

    Raises:
        ValueError: A series has not one value a group, or `x_range` does not rise.
    """
    for one in series:
        if len(one.values) != len(groups):
            raise ValueError(
                f"{one.name!r} must have a value for each of {len(groups)} groups, "
                f"were: {len(one.values)}"
            )
    names = [one.name for one in series]
    top = _HEAD + legend_height(names)
    high = _BAR * len(series) + _GAP
    height = max(top + high * len(groups) + _FOOT, 140.0)
    root = sheet(title, description or _told(groups, series), height)
    if not any(value is not None for one in series for value in one.values):
        no_data(root, height)
        return written(root)
    scale = Scale(*_span(series, x_range), _name_width(groups), WIDTH - 56)
    draw_legend(root, names, _key)
    _draw_axis(root, scale, top, height - _FOOT, x_label)
    for row, group in enumerate(groups):
        _draw_group(root, scale, group, row, series, top + row * high + _GAP / 2)
    return written(root)


def _draw_group(
    root: Element, scale: Scale, group: str, row: int, series: Sequence[Bars], top: float
) -> None:
    name = shortened(group, _NAME_LETTERS)
    middle = top + _BAR * len(series) / 2
    label = add(root, "text", name, x=scale.start - 8, y=middle + 4, text_anchor="end")
    note(label, group if name != group else "")
    for place, one in enumerate(series):
        y = top + place * _BAR
        value = one.values[row]
        if value is None:
            add(root, "text", "–", x=scale.start + 4, y=y + 11)
            continue
        ends = sorted((scale.at(value), scale.at(0.0)))
        bar = add(root, "rect", x=ends[0], y=y + 1, width=ends[1] - ends[0], height=_BAR - 2)
        bar.set("fill", colour(place))
        reach = max(ends[1], _draw_whisker(root, scale, one, row, y + _BAR / 2))
        note(bar, f"{group}, {one.name}: {_interval(one, row)}")
        add(root, "text", tick_text(round(value, 3)), x=reach + 5, y=y + 11, font_size=11)


def _draw_whisker(root: Element, scale: Scale, one: Bars, row: int, middle: float) -> float:
    """Draw the interval if there is one; return where it ends."""
    if not one.low or one.low[row] is None or one.high[row] is None:
        return 0.0
    left, right = scale.at(one.low[row] or 0.0), scale.at(one.high[row] or 0.0)
    path = (
        f"M{left:.1f} {middle - 3:.1f}v6M{left:.1f} {middle:.1f}H{right:.1f}"
        f"M{right:.1f} {middle - 3:.1f}v6"
    )
    add(root, "path", d=path, fill="none", stroke="currentColor", stroke_width=1.5)
    return right


def _draw_axis(root: Element, scale: Scale, top: float, foot: float, label: str) -> None:
    for value in ticks(scale.low, scale.high):
        at = scale.at(value)
        rule = add(root, "line", x1=at, x2=at, y1=top, y2=foot, stroke="currentColor")
        rule.set("stroke-opacity", "0.15")
        add(root, "text", tick_text(value), x=at, y=foot + 16, text_anchor="middle")
    middle = (scale.start + scale.end) / 2
    add(root, "text", shortened(label, 70), x=middle, y=foot + 36, text_anchor="middle")


def _span(series: Sequence[Bars], told: tuple[float, float] | None) -> tuple[float, float]:
    every = [0.0, *(v for s in series for v in (*s.values, *s.low, *s.high) if v is not None)]
    if told is None and min(every) == max(every):
        return 0.0, 1.0
    return span((), told or (min(every), max(every)))


def _name_width(groups: Sequence[str]) -> float:
    return 24 + 6.6 * max(len(shortened(group, _NAME_LETTERS)) for group in groups)


def _key(root: Element, place: int, left: float, middle: float) -> None:
    add(root, "rect", x=left + 4, y=middle - 6, width=12, height=12, fill=colour(place))


def _interval(one: Bars, row: int) -> str:
    value = one.values[row]
    if value is None:
        return "not known"
    if not one.low or one.low[row] is None or one.high[row] is None:
        return tick_text(value)
    return (
        f"{tick_text(value)} [{tick_text(one.low[row] or 0.0)}, {tick_text(one.high[row] or 0.0)}]"
    )


def _told(groups: Sequence[str], series: Sequence[Bars]) -> str:
    """Return every value in words."""
    told = [
        f"{' '.join(filter(None, (group, one.name)))}: {_interval(one, row)}"
        for row, group in enumerate(groups)
        for one in series
    ]
    return "; ".join(told) or "no data"
