"""The worst losses and the best wins: single items with what both sides said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from persona_sdk.training.gate.pairing import by_item
from persona_sdk.training.gate.values import Measurement

SHOWN = 6
"""Items at either end."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One item with both replies."""

    before: Measurement
    after: Measurement
    gain: float
    """Of the metric, after less before."""


def contrasts(measurements: Iterable[Measurement], metric: str) -> list[Contrast]:
    """Return the items that both sides have the metric for, the worst loss first."""
    found = []
    for both in by_item(measurements).values():
        before, after = both.get("before"), both.get("after")
        if before is None or after is None:
            continue
        first, second = before.value(metric), after.value(metric)
        if first is not None and second is not None:
            found.append(Contrast(before, after, second - first))
    return sorted(found, key=lambda one: one.gain)


def losses(found: list[Contrast], most: int = SHOWN) -> list[Contrast]:
    """Return the worst ones, the worst first; none that gained."""
    return [one for one in found[:most] if one.gain < 0]


def wins(found: list[Contrast], most: int = SHOWN) -> list[Contrast]:
    """Return the best ones, the best first; none that lost."""
    return [one for one in found[::-1][:most] if one.gain > 0]
