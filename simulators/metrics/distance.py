"""ADV: how far do simulated conversations lie from the real ones they were to repeat?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.metrics.semantic import meanings
from simulators.metrics.spoken import Spoken, conversations
from simulators.metrics.values import Measure, measured
from simulators.protocols import TextEmbedder

READ_AT = 60
"""Percentile at which the curve is quoted."""

STEP = 5
"""Percentiles between two points of the curve."""

FEWEST = 3
"""Targets that a plane needs."""

Floats = NDArray[np.float64]


class TargetPlane:
    """The plane in which real conversations differ most; fitted on them alone, then frozen.

    What a simulator scores does not depend on the other simulators in the table.

    Args:
        targets: Real conversations, at least 3, that are not all alike.
        embedder: Encodes the turns.

    Raises:
        ValueError: There are fewer targets, or they span no plane.
        ScorerError: The encoder failed.
    """

    def __init__(self, targets: Sequence[Spoken], embedder: TextEmbedder) -> None:
        if len(targets) < FEWEST:
            raise ValueError(f"a plane needs {FEWEST} real conversations, were: {len(targets)}")
        self.digest = embedder.digest
        self._embedder = embedder
        vectors = self._vectors([one.user for one in targets])
        spread = vectors.std(axis=0)
        self._centre = vectors.mean(axis=0)
        self._spread = np.where(spread > 1e-9, spread, 1.0)
        scaled = (vectors - self._centre) / self._spread
        _, sizes, axes = np.linalg.svd(scaled, full_matrices=False)
        if sizes[1] < 1e-6 * max(sizes[0], 1.0):
            raise ValueError("the real conversations differ in less than two ways: give others")
        self._axes = axes[:2]

    def points(self, turns: Sequence[tuple[str, ...]]) -> Floats:
        """Return the place `(conversations, 2)` of each conversation's user turns.

        Raises:
            ScorerError: The encoder failed.
        """
        return np.asarray(((self._vectors(turns) - self._centre) / self._spread) @ self._axes.T)

    def _vectors(self, turns: Sequence[tuple[str, ...]]) -> Floats:
        return np.stack(meanings(turns, self._embedder))


@dataclass(frozen=True, slots=True)
class Distances:
    """The distances of all pairs, and what to quote of them."""

    mean: Measure
    """Mean distance in standardised units, at least 0."""
    curve: tuple[tuple[int, float], ...] = ()
    """(percentile, distance) every 5 %, from 0 to 100."""

    @property
    def adv(self) -> float | None:
        """The distance that 60 % of the pairs stay below."""
        return dict(self.curve).get(READ_AT)


def adv(real: Sequence[Spoken], simulated: Sequence[Spoken], embedder: TextEmbedder) -> Distances:
    """Return the distances between conversations of the same id in the plane of the real ones.

    Where the real ones make no plane, that is the reason for no distance.

    Raises:
        ValueError: An id stands twice on one side.
        ScorerError: The encoder failed.
    """
    pairs = conversations(real, simulated)
    found: list[float] = []
    otherwise = pairs.reason
    if pairs.pairs:
        try:
            plane = TargetPlane([one for one in real if one.user], embedder)
        except ValueError as error:
            otherwise = str(error)
        else:
            mine = plane.points([pair.simulated for pair in pairs.pairs])
            yours = plane.points([pair.real for pair in pairs.pairs])
            found = [float(d) for d in np.linalg.norm(mine - yours, axis=1)]
    steps = range(0, 101, STEP)
    curve = tuple((p, float(np.percentile(found, p))) for p in steps) if found else ()
    read = [f"{READ_AT} % lie below {dict(curve)[READ_AT]:.2f}"] if found else []
    mean = measured(
        "ADV",
        "conversation",
        found,
        better="lower",
        made_with=(("encoder", embedder.digest),),
        otherwise=otherwise,
        note="; ".join([*read, *filter(None, [pairs.note])]),
    )
    return Distances(mean, curve)
