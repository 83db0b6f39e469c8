"""How real users write, as numbers: what an audit compares with where there are no logs.

The numbers stand in `human.json` beside this file, no text of anybody. To make them again from
the files of its `sources`:

    python -m simulators.metrics.human_figures MATH_TUTORING OASST1 CONVAI2  (.jsonl.gz)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulators.metrics.surface import FEATURES, Excess, table

FILE = Path(__file__).with_name("human.json")

HUMAN_DISTANCE = 0.12
"""Mean distance above which style figures count as not human. The command below prints how far
samples of people lie from the figures of all: it is less."""


@dataclass(frozen=True, slots=True)
class HumanSource:
    """Figures of one group of people."""

    name: str
    source: str
    licence: str
    conversations: int
    turns: int
    shares: Mapping[str, tuple[tuple[float, float], ...]]
    """For each surface feature points (value, share of turns of at most that value)."""
    measures: Mapping[str, float]
    """ESR and diversity, by the names in `docs/simulator-metrics.md`."""


@dataclass(frozen=True, slots=True)
class HumanCopying:
    """How much of a given persona people say who were paid to play it, by our own counts."""

    source: str
    licence: str
    conversations: int
    verbatim: float
    """Share of the lines that are said word for word, in [0, 1]."""
    half: float
    """Share of the lines of which half of the content words are said."""
    cover: float
    """P.Cover."""


class StyleGap(NamedTuple):
    """One surface figure of simulated turns beside that of people."""

    name: str
    human: float
    """Median of a count; share of turns of a flag."""
    simulated: float
    distance: float
    """One-sided Kolmogorov-Smirnov distance in [0, 1], towards what prompted models do: a user
    who only writes in lower case is at 0, as people do that too."""


@dataclass(frozen=True, slots=True)
class StyleDistance:
    """How far simulated turns lie from the nearest group of people."""

    source: str
    """Name of that group."""
    mean: float
    """Mean distance of the features, in [0, 1]."""
    gaps: tuple[StyleGap, ...]
    """The widest first."""


@cache
def human_sources() -> tuple[HumanSource, ...]:
    """Return the groups of people that come with the package."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["sources"]
    return tuple(
        HumanSource(
            **{
                **row,
                "shares": {n: tuple(map(tuple, points)) for n, points in row["shares"].items()},
            }
        )
        for row in rows
    )


@cache
def human_copying() -> HumanCopying:
    """Return the copy rates of people who play a persona."""
    return HumanCopying(**json.loads(FILE.read_text(encoding="utf-8"))["copying"])


def style_distance(turns: Sequence[str]) -> StyleDistance:
    """Return the distance of turns to the group of people that they are nearest to.

    Raises:
        ValueError: There are no turns.

    Example:
        >>> style_distance(["how do i factor this"] * 5).source
        'math tutoring'
    """
    if not turns:
        raise ValueError("a distance needs a turn, were: none")
    figures = table(turns)
    found = [_distance(source, figures) for source in human_sources()]
    return min(found, key=lambda one: one.mean)


def _distance(source: HumanSource, figures: NDArray[np.float64]) -> StyleDistance:
    gaps = []
    for feature, column in zip(FEATURES, figures.T, strict=True):
        points = np.array(source.shares[feature.name])
        middles = _middles(points, column)
        gaps.append(StyleGap(feature.name, *middles, _excess(points, column, feature.excess)))
    gaps.sort(key=lambda gap: (-gap.distance, gap.name))
    return StyleDistance(source.name, sum(g.distance for g in gaps) / len(gaps), tuple(gaps))


def _excess(points: NDArray[np.float64], column: NDArray[np.float64], excess: Excess) -> float:
    """Return how far the column's distribution lies beyond that of people on the odd side."""
    reached = (column[None, :] <= points[:, :1] + 1e-4).mean(axis=1)
    more, less = points[:, 1] - reached, reached - points[:, 1]
    sides = {"more": (more,), "less": (less,), "either": (more, less)}[excess]
    return max(0.0, *(float(side.max()) for side in sides))


def _middles(points: NDArray[np.float64], column: NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle of people and of the column: a median, or a share where all is 0 or 1."""
    if set(points[:, 0]) <= {0.0, 1.0}:
        zero = points[points[:, 0] == 0.0]
        return float(1 - zero[0, 1]) if len(zero) else 1.0, float(column.mean())
    return float(points[points[:, 1] >= 0.5][0, 0]), float(np.median(column))
