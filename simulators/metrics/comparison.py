"""Real and simulated users side by side: detector, pairs of like conversations, figures of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulators.metrics.authorship import ava, style_sim
from simulators.metrics.detector import DetectorResult, detect
from simulators.metrics.distance import adv
from simulators.metrics.diversity import distinct, first_turn_diversity, spread
from simulators.metrics.ending import esr
from simulators.metrics.semantic import sem_sim
from simulators.metrics.spoken import Spoken, conversations, turns_of
from simulators.metrics.style_space import StyleSpace
from simulators.metrics.values import Measure
from simulators.protocols import TextEmbedder


class BothSides(NamedTuple):
    """One measure of real users and of simulated ones."""

    real: Measure
    simulated: Measure


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that can be told without a profile."""

    detector: DetectorResult
    paired: tuple[Measure, ...]
    """Likeness of conversations with the same id; with a reason where no id is on both sides."""
    sides: tuple[BothSides, ...]
    """Figures of each side, to be alike."""


def compare(
    real: Sequence[Spoken],
    simulated: Sequence[Spoken],
    *,
    embedder: TextEmbedder | None = None,
    style: TextEmbedder | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare simulated users with real ones.

    Args:
        real: Conversations of people.
        simulated: Conversations of simulated users.
        embedder: For Sem-Sim, ADV and the spread of meaning, which are left out without it.
        style: A style encoder; None fits a `StyleSpace` on the real turns.
        seed: Of the detector.

    Raises:
        ValueError: An id stands twice on one side, or there are fewer than two real turns.
        ScorerError: An encoder failed.
    """
    pairs = conversations(real, simulated)
    space = style or StyleSpace(turns_of(real))
    paired = [style_sim(pairs, space), ava(pairs, real, space)]
    sides = [
        BothSides(esr(real), esr(simulated)),
        BothSides(distinct(real, 1), distinct(simulated, 1)),
        BothSides(distinct(real, 2), distinct(simulated, 2)),
        BothSides(first_turn_diversity(real), first_turn_diversity(simulated)),
    ]
    if embedder is not None:
        paired.insert(0, sem_sim(pairs, embedder))
        paired.append(adv(real, simulated, embedder).mean)
        sides.append(BothSides(spread(real, embedder), spread(simulated, embedder)))
    return Comparison(detect(real, simulated, seed=seed), tuple(paired), tuple(sides))
