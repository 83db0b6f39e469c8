"""Points in categories, over the contours of a density if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
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
)
from persona_sdk.charts.canvas import add, note, number, sheet, written
from persona_sdk.charts.contours import contour_path
from persona_sdk.charts.series import Density, Points

_HEIGHT = 420.0
_LEVELS = (0.05, 0.2, 0.4, 0.6, 0.8)
"""Of the contours, as shares of the highest density."""

_SHAPES = ("circle", "square", "triangle", "diamond")


def scatter_chart(
    points: Sequence[Points],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
    description: str = "",
    density: Density | None = None,
) -> str:
    """Return an SVG with a mark for each point; categories differ by shape and colour.

    Args:
        points: Categories, the later above the earlier; without a point it says "no data".
        title: Stands above, and is read out.
        x_label: Under the axis.
        y_label: Beside the axis.
        description: For readers who cannot see the chart; empty counts the points.
        density: Drawn as contours behind the points.
    """
    names = [one.name for one in points]
    legend = legend_height(names)
    height = _HEIGHT + legend
    root = sheet(title, description or _told(points), height)
    if not any(one.x for one in points):
        no_data(root, height)
        return written(root)
    drawn: list[Points | Density] = [*points, *([density] if density else [])]
    x_span = span(chain.from_iterable(one.x for one in drawn), None)
    y_span = span(chain.from_iterable(one.y for one in drawn), None)
    frame = framed(x_span, y_span, legend=legend, height=height)
    draw_legend(root, names, lambda *key: _key(points, *key))
    draw_frame(root, frame, x_label=x_label, y_label=y_label)
    if density is not None:
        _draw_density(root, frame, density)
    for place, one in enumerate(points):
        _draw_points(root, frame, one, place)
    return written(root)


def _draw_density(root: Element, frame: Frame, density: Density) -> None:
    highest = max((max(row, default=0.0) for row in density.heights), default=0.0)
    for share in _LEVELS if highest > 0 else ():
        path = contour_path(density, share * highest, frame)
        if path:
            add(
                root,
                "path",
                d=path,
                fill="none",
                stroke="currentColor",
                stroke_opacity=f"{0.2 + 0.4 * share:.2f}",
            )


def _draw_points(root: Element, frame: Frame, one: Points, place: int) -> None:
    notes = one.notes or [""] * len(one.x)
    for x, y, text in zip(one.x, one.y, notes, strict=True):
        note(_mark(root, place, frame.x.at(x), frame.y.at(y), faint=one.faint), text)


def _key(points: Sequence[Points], root: Element, place: int, left: float, middle: float) -> None:
    _mark(root, place, left + 10, middle, faint=points[place].faint)


def _mark(root: Element, place: int, x: float, y: float, *, faint: bool) -> Element:
    opacity = {"fill_opacity": "0.35" if faint else "0.9", "fill": colour(place)}
    size = 2.5 if faint else 4.5
    shape = _SHAPES[place % len(_SHAPES)]
    if shape == "circle":
        return add(root, "circle", cx=x, cy=y, r=size, **opacity)
    return add(root, "path", d=_outline(shape, x, y, size), **opacity)


def _outline(shape: str, x: float, y: float, size: float) -> str:
    if shape == "square":
        corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    elif shape == "triangle":
        corners = [(0.0, -1.2), (1.1, 0.9), (-1.1, 0.9)]
    else:
        corners = [(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]
    return (
        "M" + "L".join(f"{number(x + size * a)} {number(y + size * b)}" for a, b in corners) + "Z"
    )


def _told(points: Sequence[Points]) -> str:
    return "; ".join(f"{one.name or 'points'}: {len(one.x)}" for one in points) or "no data"
