"""What is drawn: named series of numbers, checked where they are made.

A value that could not be told is None and leaves a gap; NaN and infinity are refused, for they
are mistakes of whoever computed them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Number = float | None


@dataclass(frozen=True, slots=True)
class Line:
    """Points that belong together in the order of `x`, with a confidence band if there is one.

    Raises:
        ValueError: The lists are unequally long, or a number is not finite.
    """

    name: str
    x: Sequence[float]
    y: Sequence[Number]
    low: Sequence[Number] = ()
    """Lower edge of the band, as long as `y`; empty for no band."""
    high: Sequence[Number] = ()

    def __post_init__(self) -> None:
        _check_finite(self.name, x=self.x, y=self.y, low=self.low, high=self.high)
        _check_lengths(self.name, len(self.x), y=self.y)
        _check_band(self.name, len(self.y), self.low, self.high)


@dataclass(frozen=True, slots=True)
class Bars:
    """One value for each group of a bar chart, with an interval if there is one.

    Raises:
        ValueError: As `Line`.
    """

    name: str
    values: Sequence[Number]
    low: Sequence[Number] = ()
    high: Sequence[Number] = ()

    def __post_init__(self) -> None:
        _check_finite(self.name, values=self.values, low=self.low, high=self.high)
        _check_band(self.name, len(self.values), self.low, self.high)


@dataclass(frozen=True, slots=True)
class Points:
    """One category of a scatter chart.

    Raises:
        ValueError: As `Line`.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    notes: Sequence[str] = ()
    """What a reader sees on pointing at each point; empty for nothing."""
    faint: bool = False
    """Drawn small and pale, as the background to the other categories."""

    def __post_init__(self) -> None:
        _check_finite(self.name, x=self.x, y=self.y)
        _check_lengths(self.name, len(self.x), y=self.y)
        if self.notes:
            _check_lengths(self.name, len(self.x), notes=self.notes)


@dataclass(frozen=True, slots=True)
class Density:
    """Heights over a grid, drawn as contours.

    Raises:
        ValueError: `heights` is not a grid of `y` rows and `x` columns, or not finite.
    """

    x: Sequence[float]
    """Columns, rising."""
    y: Sequence[float]
    """Rows, rising."""
    heights: Sequence[Sequence[float]]

    def __post_init__(self) -> None:
        _check_lengths("density", len(self.y), heights=self.heights)
        _check_finite("density", x=self.x, y=self.y)
        for row in self.heights:
            _check_lengths("density", len(self.x), row=row)
            _check_finite("density", heights=row)


def _check_finite(name: str, **columns: Sequence[Number]) -> None:
    for column, values in columns.items():
        for place, value in enumerate(values):
            if value is not None and not math.isfinite(value):
                raise ValueError(
                    f"{name!r}: {column}[{place}] must be finite, or None where nothing is "
                    f"known, was: {value}"
                )


def _check_lengths(name: str, length: int, **columns: Sequence[object]) -> None:
    for column, values in columns.items():
        if len(values) != length:
            raise ValueError(f"{name!r}: {column} must have {length} values, were: {len(values)}")


def _check_band(name: str, length: int, low: Sequence[Number], high: Sequence[Number]) -> None:
    if low or high:
        _check_lengths(name, length, low=low, high=high)
