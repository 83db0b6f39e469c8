"""How real users write, as numbers: what an audit compares with where there are no logs.

The numbers stand in `human.json` beside this file, no text of anybody. To make them again from
the files of its `sources`:

    python -m simulators.metrics.human MATH_TUTORING.jsonl.gz OASST1.jsonl.gz
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulators.metrics.diversity import distinct, first_turn_diversity
from simulators.metrics.ending import esr
from simulators.metrics.spoken import Spoken, turns_of
from simulators.metrics.surface import NAMES, table

FILE = Path(__file__).with_name("human.json")

POINTS = 40
"""Most points kept of a distribution."""

HUMAN_DISTANCE = 0.2
"""Mean distance from which style figures count as not human: the two groups of people in
`human.json` are 0.18 apart."""

_SOURCES = (
    ("math tutoring", "microsoft/SimulatorArena, math tutoring", "MIT"),
    ("assistant chat", "SAP/mirrorbench, text from LAION-AI/Open-Assistant (oasst1)", "Apache-2.0"),
)


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


class StyleGap(NamedTuple):
    """One surface figure of simulated turns beside that of people."""

    name: str
    human: float
    """Median of a count; share of turns of a flag."""
    simulated: float
    distance: float
    """Kolmogorov-Smirnov distance in [0, 1]: 0 is the same distribution."""


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


def measure_source(
    spoken: Sequence[Spoken], *, name: str, source: str, licence: str
) -> HumanSource:
    """Return the figures of a group of people.

    Raises:
        ValueError: They said nothing.
    """
    figures = table(turns_of(spoken))
    if not len(figures):
        raise ValueError(f"{name}: figures need a turn, were: none")
    made = (esr(spoken), distinct(spoken, 1), distinct(spoken, 2), first_turn_diversity(spoken))
    return HumanSource(
        name,
        source,
        licence,
        len(spoken),
        len(figures),
        {n: _points(column) for n, column in zip(NAMES, figures.T, strict=True)},
        {one.name: round(one.value, 4) for one in made if one.value is not None},
    )


def _points(values: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    kept = np.unique(values)
    if len(kept) > POINTS:
        shares = np.linspace(0, 1, POINTS)
        kept = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    return tuple((round(float(v), 4), round(float((values <= v).mean()), 4)) for v in kept)


def _distance(source: HumanSource, figures: NDArray[np.float64]) -> StyleDistance:
    gaps = []
    for name, column in zip(NAMES, figures.T, strict=True):
        points = np.array(source.shares[name])
        reached = (column[None, :] <= points[:, :1] + 1e-4).mean(axis=1)
        apart = float(np.abs(reached - points[:, 1]).max())
        gaps.append(StyleGap(name, *_middles(points, column), apart))
    gaps.sort(key=lambda gap: (-gap.distance, gap.name))
    return StyleDistance(source.name, sum(g.distance for g in gaps) / len(gaps), tuple(gaps))


def _middles(points: NDArray[np.float64], column: NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle of people and of the column: a median, or a share where all is 0 or 1."""
    if set(points[:, 0]) <= {0.0, 1.0}:
        zero = points[points[:, 0] == 0.0]
        return float(1 - zero[0, 1]) if len(zero) else 1.0, float(column.mean())
    return float(points[points[:, 1] >= 0.5][0, 0]), float(np.median(column))


def _as_row(found: HumanSource) -> dict[str, object]:
    return {
        "name": found.name,
        "source": found.source,
        "licence": found.licence,
        "conversations": found.conversations,
        "turns": found.turns,
        "shares": found.shares,
        "measures": found.measures,
    }


def main(paths: Sequence[str]) -> None:
    """Measure the files of `human.json` in its order and write it."""
    from persona_sdk.types import Conversation
    from simulators.metrics.spoken import of_conversation
    from simulators.profiles.logs import read_logs

    rows = []
    for path, (name, source, licence) in zip(paths, _SOURCES, strict=True):
        log = read_logs(path, on_error="skip").conversations
        spoken = [of_conversation(one.id, Conversation(one.turns)) for one in log]
        rows.append(_as_row(measure_source(spoken, name=name, source=source, licence=licence)))
    made_by = "python -m simulators.metrics.human MATH_TUTORING.jsonl.gz OASST1.jsonl.gz"
    text = json.dumps({"made_by": made_by, "sources": rows}, separators=(",", ":"))
    FILE.write_text(text.replace('},{"name"', '},\n{"name"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
