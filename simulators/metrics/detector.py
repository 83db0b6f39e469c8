"""Can simulated user turns be told from real ones? A small classifier that tries.

An AUC of 0.5 means that it cannot, 1 that it always can. It sees hashed character n-grams and the
figures of `simulators.metrics.surface`, and is tested on conversations that it was not fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_sdk.seeds import derived
from persona_sdk.statistics import Estimate
from simulators.metrics.logistic import fit
from simulators.metrics.ngrams import gram_counts, unit_rows
from simulators.metrics.separation import separation
from simulators.metrics.spoken import Spoken, ids_of, turns_of
from simulators.metrics.surface import FEATURES, table

FOLDS = 5
LENGTHS = (1, 2, 3)
WIDTH = 1024
PENALTY = 0.003
FEWEST = 10
"""Conversations that each side needs: fewer leave a fold with two of a kind or none."""
MOST_TURNS = 4000
"""Turns of one side that are looked at; whole conversations are drawn from a longer set."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FeatureGap:
    """One surface figure on both sides."""

    name: str
    real: float
    """Median of a count, share of turns of a flag."""
    simulated: float
    auc: Estimate
    """Probability in [0, 1] that a simulated turn has more of it than a real one; 0.5 is alike."""


@dataclass(frozen=True, slots=True)
class DetectorResult:
    """How well simulated turns are told from real ones."""

    auc: Estimate | None
    """With all that the detector sees, in [0, 1]; lower is more like people, 0.5 is alike."""
    surface_auc: Estimate | None
    """With the surface figures alone, which cannot learn what the talk is about."""
    gaps: tuple[FeatureGap, ...]
    """The widest first."""
    real: int
    """Real turns."""
    simulated: int
    """Simulated turns."""
    reason: str = ""
    """Why there is no AUC, if there is none."""


def detect(real: Sequence[Spoken], simulated: Sequence[Spoken], *, seed: int = 0) -> DetectorResult:
    """Fit and test the detector by cross-validation, split by conversation.

    Conversations with the same id on both sides share a fold, so that nothing said in one is
    known from the other. Turns are compared within a fold, for logits of two classifiers do not
    compare.

    Args:
        real: Conversations of people.
        simulated: Conversations of simulated users, on the same matters: with all features the
            detector tells topics apart as well.
        seed: Of the folds and the intervals.

    Example:
        >>> people = [Spoken(f"r{i}", ("ok whats next",)) for i in range(12)]
        >>> models = [Spoken(f"s{i}", ("Thank you! What is next?",)) for i in range(12)]
        >>> detect(people, models).auc.mean
        1.0
    """
    real, simulated = _capped(real, seed), _capped(simulated, seed)
    turns = [*turns_of(real), *turns_of(simulated)]
    ids = [*ids_of(real), *ids_of(simulated)]
    made = np.array([False] * len(turns_of(real)) + [True] * len(turns_of(simulated)), dtype=bool)
    figures = table(turns)
    gaps = _gaps(figures, made, ids, seed)
    counts = (int((~made).sum()), int(made.sum()))
    if min(len(real), len(simulated)) < FEWEST:
        reason = (
            f"a detector needs {FEWEST} conversations a side, "
            f"were: {len(real)} real and {len(simulated)} simulated"
        )
        return DetectorResult(None, None, gaps, *counts, reason)
    folds = _folds(real, simulated, seed)
    places = np.array([folds[id] for id in ids])
    grams = unit_rows(gram_counts(turns, lengths=LENGTHS, width=WIDTH))
    strata = places.tolist()
    whole, surface = (
        separation(
            made.tolist(), _held_out(figures, some, made, places), ids, strata=strata, seed=seed
        )
        for some in (grams, np.empty((len(turns), 0)))
    )
    return DetectorResult(whole, surface, gaps, *counts)


def _capped(spoken: Sequence[Spoken], seed: int) -> list[Spoken]:
    """Draw conversations up to `MOST_TURNS`, those without a turn left out."""
    said = [one for one in spoken if one.user]
    order = np.random.default_rng(derived(seed, "cap")).permutation(len(said))
    ends = np.cumsum([len(said[i].user) for i in order])
    kept = sorted(order[: int((ends <= MOST_TURNS).sum())] if len(said) else [])
    return [said[i] for i in kept]


def _folds(real: Sequence[Spoken], simulated: Sequence[Spoken], seed: int) -> dict[str, int]:
    """Deal the conversations to folds, each kind evenly."""
    left, right = {one.id for one in real}, {one.id for one in simulated}
    generator = np.random.default_rng(derived(seed, "folds"))
    folds: dict[str, int] = {}
    for kind in (left & right, left - right, right - left):
        for place, id in enumerate(generator.permutation(sorted(kind))):
            folds[str(id)] = place % FOLDS
    return folds


def _held_out(
    figures: Floats, grams: Floats, made: NDArray[np.bool_], places: NDArray[np.int_]
) -> Floats:
    """Return the logit of each turn by the classifier of the other folds."""
    logits = np.zeros(len(made))
    for fold in range(FOLDS):
        test = places == fold
        centre, spread = _scale(figures[~test])
        scaled = np.clip((figures - centre) / spread, -4, 4) / np.sqrt(figures.shape[1])
        rows = np.hstack([scaled, grams])
        logits[test] = fit(rows[~test], made[~test], penalty=PENALTY).logits(rows[test])
    return logits


def _scale(figures: Floats) -> tuple[Floats, Floats]:
    """Return centre and spread of the figures; a constant one has spread 1."""
    spread = figures.std(axis=0)
    return figures.mean(axis=0), np.where(spread > 1e-9, spread, 1.0)


def _gaps(
    figures: Floats, made: NDArray[np.bool_], ids: Sequence[str], seed: int
) -> tuple[FeatureGap, ...]:
    gaps = []
    for column, feature in zip(figures.T, FEATURES, strict=True):
        apart = separation(made.tolist(), column, ids, seed=seed) if len(column) else None
        if apart is not None:
            middle = np.mean if feature.flag else np.median
            sides = float(middle(column[~made])), float(middle(column[made]))
            gaps.append(FeatureGap(feature.name, *sides, apart))
    return tuple(sorted(gaps, key=lambda gap: (-abs(gap.auc.mean - 0.5), gap.name)))
