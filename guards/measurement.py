"""What was measured about one draft: plain numbers, no decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.types import ConstraintScore, Entailment, SegmentKind, Statement

COVERAGE_TOP = 5
"""Statements with the highest relevance that coverage counts: relevance fires too often."""

MIN_ACTIVE_MASS = 0.5
"""Sum of their relevance below which nothing is active, as in small talk."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one sentence of the draft bears on one statement."""

    statement: Statement
    sentence: str
    start: int
    end: int
    """The sentence is `draft[start:end]`."""
    kind: SegmentKind
    relevance: float
    """Probability in [0, 1] that the query makes the statement active."""
    entailment: Entailment
    """Of the sentence, or of the whole reply where that contradicts the statement more."""
    remote: bool = False
    """No content word is shared and the query does not make the statement active."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """All scores of one draft, or the reason why there are none."""

    constraints: tuple[ConstraintScore, ...] = ()
    """The whole reply against every statement, in their order."""
    evidence: tuple[Evidence, ...] = ()
    """Sentences that make claims against the statements they may touch."""
    scorer: str = ""
    """Name of the entailment scorer."""
    unscored: str = ""
    """Why the draft could not be judged; empty if it was."""


def apc(constraints: Sequence[ConstraintScore]) -> float:
    """Return V_APC in [0, |S|]: `Σ g·e + (1-g)·(1-c)` (arXiv 2405.07726, eq. 3-5)."""
    return sum(constraint.apc for constraint in constraints)


def delta_apc(constraints: Sequence[ConstraintScore]) -> float:
    """Return ΔV_APC in [-Σ(1-g), Σ g]: `Σ g·e - (1-g)·c` (arXiv 2405.07726, eq. 6)."""
    return sum(constraint.delta_apc for constraint in constraints)


def coverage(constraints: Sequence[ConstraintScore]) -> float | None:
    """Return the share in [0, 1] of the active statements that the reply expresses.

    `Σ w·g·e / Σ w·g` over the `COVERAGE_TOP` most relevant statements, so that personas of
    different size compare; None where their relevance sums to less than `MIN_ACTIVE_MASS`.
    """
    top = sorted(constraints, key=lambda c: c.relevance, reverse=True)[:COVERAGE_TOP]
    if sum(c.relevance for c in top) < MIN_ACTIVE_MASS:
        return None
    mass = sum(c.statement.weight * c.relevance for c in top)
    return sum(c.statement.weight * c.relevance * c.entailment.entailment for c in top) / mass
