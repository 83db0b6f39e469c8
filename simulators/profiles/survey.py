"""Profiles laid out in a space: where each stands, how common it is, which groups there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Profile
from simulators.profiles.density import Density, fit_density
from simulators.profiles.neighbours import Spread, neighbour_distances, spread_of
from simulators.profiles.space import Reduction, principal_points
from simulators.profiles.vectors import ProfileVectors, embed_profiles, joined
from simulators.protocols import TextEmbedder

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What is known of a set of profiles before any is picked."""

    profiles: tuple[Profile, ...]
    vectors: ProfileVectors
    joint: Floats
    """Both halves of each side by side, unit rows."""
    points: Floats
    """`(n, dims)`, where profiles that are alike stand near each other."""
    density: Density
    """Over the points."""
    rarity: Floats
    """Mean distance of each profile to its nearest ones in `joint`; low is common."""

    def densest(self, share: float) -> tuple[int, ...]:
        """Return the places of the most common share of the profiles, the commonest first.

        Raises:
            ValueError: `share` is not in (0, 1].
        """
        return self._ordered()[: self._size(share)]

    def sparsest(self, share: float) -> tuple[int, ...]:
        """Return the places of the rarest share, the rarest first; raises likewise."""
        return self._ordered()[::-1][: self._size(share)]

    def spread(self, places: Sequence[int]) -> Spread:
        """Return how varied the profiles at these places are."""
        return spread_of(self.joint[list(places)])

    def _ordered(self) -> tuple[int, ...]:
        return tuple(np.argsort(self.rarity, kind="stable").tolist())

    def _size(self, share: float) -> int:
        if not 0 < share <= 1:
            raise ValueError(f"share must be in (0, 1], was: {share}")
        return math.ceil(share * len(self.profiles) - 1e-9)


def survey(
    profiles: Sequence[Profile],
    embedder: TextEmbedder,
    *,
    seed: int = 0,
    reduction: Reduction = principal_points,
) -> Survey:
    """Embed profiles and lay them out.

    Args:
        profiles: At least one, each with an id of its own.
        embedder: Of the rendered halves.
        seed: Of a reduction that draws lots.
        reduction: Vectors to points; `umap_points.umap_points` is the other one.

    Raises:
        ValueError: There are no profiles, or two of one id.
        ScorerError: The network failed.
    """
    if not profiles:
        raise ValueError("there are no profiles to sample from: give at least one")
    ids = [profile.id for profile in profiles]
    if len(set(ids)) < len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise ValueError(f"profile ids must be unique, {twice!r} stands twice: rename one")
    vectors = embed_profiles(profiles, embedder)
    joint = joined(vectors.objective, vectors.subjective)
    points = reduction(joint, seed)
    return Survey(
        profiles=tuple(profiles),
        vectors=vectors,
        joint=joint,
        points=points,
        density=fit_density(points),
        rarity=neighbour_distances(joint),
    )
