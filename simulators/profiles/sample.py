"""Picks users for a run: common ones, rare ones, any, or virtual ones that are nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Profile
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.seeds import derived
from simulators.profiles.space import Reduction, principal_points
from simulators.profiles.survey import Survey, survey
from simulators.profiles.virtual import make_virtual
from simulators.protocols import TextEmbedder

Floats = NDArray[np.float64]

Mode = Literal["majority", "minority", "random", "virtual"]
"""The most common profiles, the rarest, any, or new ones joined of neighbours."""

SHARE = 0.2
"""Of the profiles that count as common or as rare."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Picked profiles, and what they were picked from."""

    profiles: tuple[Profile, ...]
    mode: Mode
    share: float
    """Of the profiles that were drawn from, in (0, 1]."""
    points: Floats
    """`(picks, dims)`, where the picks stand; for a virtual profile the point that was drawn."""
    known: Survey
    notes: tuple[str, ...]
    """How it was done, for people: the density, the group, what was dropped."""


def sample(
    profiles: Sequence[Profile],
    n: int,
    *,
    embedder: TextEmbedder,
    mode: Mode = "majority",
    share: float | None = None,
    seed: int = 0,
    entailment: EntailmentScorer | None = None,
    reduction: Reduction = principal_points,
) -> Sample:
    """Return `n` profiles; the same arguments give the same ones.

    Args:
        profiles: To pick from, each with an id of its own.
        n: How many, at least 1. Nobody is picked twice.
        embedder: Places profiles by what their rendering means.
        mode: Which ones.
        share: Of the profiles that count as common or rare, in (0, 1]; None is a fifth, or more
            where `n` needs more. Says nothing about random and virtual ones.
        seed: Of every draw.
        entailment: Drops virtual profiles with a trait that contradicts a fact; None leaves
            that to the rules of `plausible`.
        reduction: Vectors to points.

    Raises:
        ValueError: `n` is below 1 or more than there are, or `share` is not in (0, 1].
        ScorerError: The embedder or the scorer failed.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, was: {n}")
    if mode != "virtual" and n > len(profiles):
        raise ValueError(
            f"{n} profiles were asked for, there are {len(profiles)}: ask for fewer, give more "
            "profiles, or make virtual ones"
        )
    known = survey(profiles, embedder, seed=derived(seed, "space"), reduction=reduction)
    if mode == "virtual":
        return _virtual(known, n, seed, entailment)
    drawn_from = _share(share, n, len(profiles)) if mode != "random" else 1.0
    return _picked(known, n, mode, drawn_from, seed)


def _picked(known: Survey, n: int, mode: Mode, share: float, seed: int) -> Sample:
    group = known.sparsest(share) if mode == "minority" else known.densest(share)
    if n > len(group):
        raise ValueError(
            f"a share of {share:g} is {len(group)} of {len(known.profiles)} profiles, too few for "
            f"{n}: raise the share or ask for fewer"
        )
    generator = np.random.default_rng(derived(seed, mode))
    places = sorted(generator.choice(group, size=n, replace=False).tolist())
    return Sample(
        profiles=tuple(known.profiles[place] for place in places),
        mode=mode,
        share=share,
        points=known.points[places],
        known=known,
        notes=_notes(known, mode, group, places),
    )


def _virtual(known: Survey, n: int, seed: int, entailment: EntailmentScorer | None) -> Sample:
    made = make_virtual(known, n, seed=seed, entailment=entailment)
    dropped = [f"dropped: {count} {reason}" for reason, count in made.dropped]
    notes = (f"density: {known.density.name}", *dropped)
    return Sample(made.profiles, "virtual", 1.0, made.points, known, notes)


def _share(told: float | None, n: int, among: int) -> float:
    return told if told is not None else max(SHARE, n / among)


def _notes(
    known: Survey, mode: Mode, group: Sequence[int], places: Sequence[int]
) -> tuple[str, ...]:
    told = [f"density: {known.density.name}", f"{mode}: {len(places)} of a group of {len(group)}"]
    for name, members in (("picks", places), ("all", range(len(known.profiles)))):
        spread = known.spread(members)
        if spread.uniformity is not None and spread.distance is not None:
            told.append(
                f"{name}: uniformity {spread.uniformity:.3f}, "
                f"distance to neighbours {spread.distance:.3f}"
            )
    return tuple(told)
