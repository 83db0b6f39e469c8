"""Makes the figures of real users that `simulators.metrics.human` compares with.

    python -m simulators.metrics.human_figures MATH_TUTORING OASST1 CONVAI2  (.jsonl.gz)

writes `human.json` from logs of the sources named in it, and prints how far samples of the same
people lie from it.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Conversation
from simulators.metrics.diversity import distinct, first_turn_diversity
from simulators.metrics.ending import esr
from simulators.metrics.human import (
    FILE,
    HumanCopying,
    HumanSource,
    human_copying,
    human_sources,
    style_distance,
)
from simulators.metrics.mentions import Told, copy_rates, p_cover
from simulators.metrics.spoken import Spoken, of_conversation, turns_of
from simulators.metrics.surface import NAMES, table
from simulators.profiles.logs import read_logs
from simulators.profiles.persons import to_second

POINTS = 40
"""Most points kept of a distribution."""

SAMPLE_TURNS = 30
"""Turns of such a sample."""

_MADE_BY = "python -m simulators.metrics.human_figures MATH_TUTORING OASST1 CONVAI2 (.jsonl.gz)"

_SOURCES = (
    ("math tutoring", "microsoft/SimulatorArena, math tutoring", "MIT"),
    ("assistant chat", "SAP/mirrorbench, text from LAION-AI/Open-Assistant (oasst1)", "Apache-2.0"),
)


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


def main(paths: Sequence[str]) -> None:
    """Measure the logs of `_SOURCES` in that order, then ConvAI2, and write the figures."""
    *logs, convai2 = paths
    groups = [_read(path) for path in logs]
    rows = [
        asdict(measure_source(group, name=name, source=source, licence=licence))
        for group, (name, source, licence) in zip(groups, _SOURCES, strict=True)
    ]
    copying = asdict(measure_copying(told_in_convai2(convai2)))
    text = json.dumps(
        {"made_by": _MADE_BY, "copying": copying, "sources": rows}, separators=(",", ":")
    )
    FILE.write_text(text.replace('{"name"', '\n{"name"') + "\n", encoding="utf-8")
    human_sources.cache_clear()
    human_copying.cache_clear()
    for group, row in zip(groups, rows, strict=True):
        farthest = farthest_sample(group)
        print(f"{row['name']}: samples of {SAMPLE_TURNS} turns lie at most {farthest:.3f} away")


def told_in_convai2(path: str) -> list[Told]:
    """Return the conversations of a ConvAI2 file of turns, with the persona of the speaker.

    A row is one turn: `{"persona": [lines], "history": [turns before], "response": turn}`.
    """
    said: list[tuple[list[str], list[str]]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if not said or said[-1][0] != row["persona"] or len(row["history"]) <= 1:
                said.append((row["persona"], []))
            said[-1][1].append(row["response"])
    return [
        Told(Spoken(str(number), tuple(turns)), _profile(number, persona))
        for number, (persona, turns) in enumerate(said)
    ]


def measure_copying(told: Sequence[Told]) -> HumanCopying:
    """Return how much of the lines that people were given they say.

    Raises:
        ValueError: There are no lines.
    """
    rates = copy_rates(told)
    found = [one.value for one in (rates.verbatim, rates.half, p_cover(told))]
    verbatim, half, cover = (round(value, 4) for value in found if value is not None)
    return HumanCopying(
        "ConvAI2, validation part (facebookresearch/ParlAI)",
        "CC-BY-4.0",
        len(told),
        verbatim,
        half,
        cover,
    )


def _profile(number: int, persona: Sequence[str]) -> Profile:
    facts = (Fact(f"f{i}", to_second(line.replace(" .", "."))) for i, line in enumerate(persona))
    return Profile(str(number), tuple(facts))


def _read(path: str) -> list[Spoken]:
    log = read_logs(path, on_error="skip")
    return [of_conversation(one.id, Conversation(one.turns)) for one in log.conversations]


def farthest_sample(spoken: Sequence[Spoken], *, draws: int = 100, seed: int = 0) -> float:
    """Return the largest distance of samples of conversations with about 30 turns."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        turns: list[str] = []
        while len(turns) < SAMPLE_TURNS:
            turns += spoken[int(generator.integers(len(spoken)))].user
        found.append(style_distance(turns).mean)
    return max(found)


if __name__ == "__main__":
    main(sys.argv[1:])
