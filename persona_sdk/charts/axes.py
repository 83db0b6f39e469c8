"""Scales, round ticks and the frame that series are drawn in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from persona_sdk.charts.canvas import PALETTE, WIDTH, add, note, shortened

TICKS = 6
"""About how many marks an axis gets."""

KeyDrawer = Callable[[Element, int, float, float], None]
"""Draws the key of a series in a legend: sheet, its number, left edge and middle in pixels."""

_LETTER = 6.6
"""Mean width of a letter in pixels, by which legends are set."""

_LEFT, _RIGHT, _HEAD, _FOOT = 62, 16, 34, 46


class Scale(NamedTuple):
    """Maps numbers from `low` to `high` to pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of `value`; what lies outside stands at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


class Frame(NamedTuple):
    """Where the data stands on the sheet."""

    x: Scale
    y: Scale


def span(values: Iterable[float | None], told: tuple[float, float] | None) -> tuple[float, float]:
    """Return the range that an axis shows: the one told, or that of the values and a little room.

    Raises:
        ValueError: A told range is not finite or does not rise.
    """
    if told is not None:
        if not (math.isfinite(told[0]) and math.isfinite(told[1]) and told[0] < told[1]):
            raise ValueError(f"a range must be finite and rise, was: {told}")
        return told
    known = [value for value in values if value is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) * 0.05 or max(abs(low) * 0.1, 0.5)
    return low - room, high + room


def ticks(low: float, high: float, *, whole: bool = False) -> list[float]:
    """Return round numbers from `low` to `high`: 1, 2 or 5 times a power of ten apart.

    Example:
        >>> ticks(0, 1)
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    step = max(step, 1.0) if whole else step
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def draw_frame(
    root: Element, frame: Frame, *, x_label: str, y_label: str, whole_x: bool = False
) -> None:
    """Draw both axes with their ticks and labels."""
    x, y = frame
    for value in ticks(y.low, y.high):
        _rule(root, x.start, y.at(value), x.end, y.at(value))
        add(root, "text", tick_text(value), x=x.start - 6, y=y.at(value) + 4, text_anchor="end")
    for value in ticks(x.low, x.high, whole=whole_x):
        add(root, "text", tick_text(value), x=x.at(value), y=y.start + 16, text_anchor="middle")
    _rule(root, x.start, y.start, x.end, y.start, opacity="0.7")
    middle = (x.start + x.end) / 2
    add(root, "text", shortened(x_label, 90), x=middle, y=y.start + 36, text_anchor="middle")
    turned = f"translate(14 {(y.start + y.end) / 2:.0f}) rotate(-90)"
    add(root, "text", shortened(y_label, 40), transform=turned, text_anchor="middle")


def framed(
    x_span: tuple[float, float], y_span: tuple[float, float], *, legend: float, height: float
) -> Frame:
    """Return the frame of a chart of that height under a legend of that height."""
    return Frame(
        Scale(*x_span, _LEFT, WIDTH - _RIGHT),
        Scale(*y_span, height - _FOOT, _HEAD + legend),
    )


def draw_legend(root: Element, names: Sequence[str], draw_key: KeyDrawer) -> float:
    """Draw a key for each series, in rows under the title; return the height it takes.

    A single series without a name needs none.
    """
    if not any(names):
        return 0.0
    left, top = 12.0, 40.0
    for place, name in enumerate(names):
        told = shortened(name, 60)
        width = 34 + _LETTER * len(told)
        if left + width > WIDTH and left > 12:
            left, top = 12.0, top + 18
        draw_key(root, place, left, top)
        note(add(root, "text", told, x=left + 24, y=top + 4), name if told != name else "")
        left += width
    return top - 22


def legend_height(names: Sequence[str]) -> float:
    """Return what `draw_legend` will take."""
    return draw_legend(Element("svg"), names, lambda *_: None)


def no_data(root: Element, height: float) -> None:
    """Say that there is nothing to draw."""
    add(root, "text", "no data", x=WIDTH / 2, y=height / 2, text_anchor="middle", opacity=0.7)


def colour(place: int) -> str:
    """Return the colour of a series."""
    return PALETTE[place % len(PALETTE)]


def tick_text(value: float) -> str:
    """Return a number as an axis shows it."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


def _rule(
    root: Element, x1: float, y1: float, x2: float, y2: float, *, opacity: str = "0.15"
) -> None:
    add(root, "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", stroke_opacity=opacity)
