"""Lines over a common axis, each with a confidence band if it has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeVar
from xml.etree.ElementTree import Element

from persona_sdk.charts.axes import (
    Frame,
    colour,
    draw_frame,
    draw_legend,
    framed,
    legend_height,
    no_data,
    span,
    tick_text,
)
from persona_sdk.charts.canvas import DASHES, add, note, number, sheet, written
from persona_sdk.charts.series import Line

_HEIGHT = 320.0

Value = TypeVar("Value")


def line_chart(
    lines: Sequence[Line],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
    description: str = "",
    y_range: tuple[float, float] | None = None,
) -> str:
    """Return an SVG with a line for each series; a value that is None leaves a gap.

    Args:
        lines: Series; without a single known value the chart says "no data".
        title: Stands above, and is read out.
        x_label: Under the axis; ticks are whole numbers where all of `x` is.
        y_label: Beside the axis.
        description: For readers who cannot see the chart; empty tells the ends of each line.
        y_range: What the axis shows; None fits it to the values and bands.

    Raises:
        ValueError: `y_range` does not rise.
    """
    names = [line.name for line in lines]
    legend = legend_height(names)
    height = _HEIGHT + legend
    root = sheet(title, description or _told(lines), height)
    if not any(y is not None for line in lines for y in line.y):
        no_data(root, height)
        return written(root)
    every_y = chain.from_iterable((*line.y, *line.low, *line.high) for line in lines)
    every_x = [x for line in lines for x in line.x]
    frame = framed(span(every_x, None), span(every_y, y_range), legend=legend, height=height)
    whole = all(float(x).is_integer() for x in every_x)
    draw_legend(root, names, _key)
    draw_frame(root, frame, x_label=x_label, y_label=y_label, whole_x=whole)
    for place, line in enumerate(lines):
        _draw_band(root, frame, line, place)
        _draw_line(root, frame, line, place)
    return written(root)


def _draw_line(root: Element, frame: Frame, line: Line, place: int) -> None:
    for run in _runs([(x, y) for x, y in zip(line.x, line.y, strict=True)]):
        path = " ".join(f"{number(frame.x.at(x))},{number(frame.y.at(y))}" for x, y in run)
        add(root, "polyline", points=path, **_stroke(place))
        for x, y in run:
            dot = add(root, "circle", cx=frame.x.at(x), cy=frame.y.at(y), r=2.5, fill=colour(place))
            note(dot, f"{line.name} {tick_text(x)}: {tick_text(y)}".strip())


def _draw_band(root: Element, frame: Frame, line: Line, place: int) -> None:
    both = [
        None if low is None or high is None else (low, high)
        for low, high in zip(line.low, line.high, strict=True)
    ]
    for run in _runs(list(zip(line.x, both, strict=False))):
        upper = [(x, edges[1]) for x, edges in run]
        lower = [(x, edges[0]) for x, edges in reversed(run)]
        if len(run) == 1:  # a band needs two points to have an area: draw a whisker
            _draw_whisker(root, frame, run[0][0], run[0][1], place)
            continue
        path = " ".join(
            f"{number(frame.x.at(x))},{number(frame.y.at(y))}" for x, y in (*upper, *lower)
        )
        add(root, "polygon", points=path, fill=colour(place), fill_opacity="0.18")


def _draw_whisker(
    root: Element, frame: Frame, x: float, edges: tuple[float, float], place: int
) -> None:
    at = frame.x.at(x)
    ends = {"y1": frame.y.at(edges[0]), "y2": frame.y.at(edges[1])}
    add(root, "line", x1=at, x2=at, stroke=colour(place), stroke_width=1.5, **ends)


def _runs(points: Sequence[tuple[float, Value | None]]) -> Iterator[list[tuple[float, Value]]]:
    """Yield the stretches between gaps."""
    run: list[tuple[float, Value]] = []
    for x, value in points:
        if value is not None:
            run.append((x, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _key(root: Element, place: int, left: float, middle: float) -> None:
    add(root, "line", x1=left, x2=left + 18, y1=middle, y2=middle, **_stroke(place))


def _stroke(place: int) -> dict[str, str]:
    return {
        "fill": "none",
        "stroke": colour(place),
        "stroke_width": "2",
        "stroke_dasharray": DASHES[place % len(DASHES)],
    }


def _told(lines: Sequence[Line]) -> str:
    """Return the ends of each line in words."""
    known = [(line.name, [y for y in line.y if y is not None]) for line in lines]
    told = [
        f"{name or 'line'}: {len(ys)} points from {tick_text(ys[0])} to {tick_text(ys[-1])}"
        for name, ys in known
        if ys
    ]
    return "; ".join(told) or "no data"
