"""Makes profiles of nobody: what one person is, joined with how a neighbour sounds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Profile
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.seeds import derived
from simulators.profiles.neighbours import nearest
from simulators.profiles.plausible import conflicts, contradicted_traits
from simulators.profiles.survey import Survey
from simulators.profiles.vectors import joined

Floats = NDArray[np.float64]

TOO_NEAR = 0.95
"""Cosine of joint vectors from which a virtual profile is a copy, of a person or of another.

It shares one half with each parent, so with halves of cosine c it stands at (1 + c) / 2 from
them: the bar refuses to join halves with a cosine above 0.9.
"""

NEIGHBOURHOOD = 6
"""Profiles around a drawn point, two of which are joined."""

DRAWS_EACH = 40
"""Points drawn for each wanted profile before it is said that no more can be made."""


@dataclass(frozen=True, slots=True, eq=False)
class Virtual:
    """Virtual profiles, and how they came about."""

    profiles: tuple[Profile, ...]
    points: Floats
    """`(n, dims)`, the drawn point behind each."""
    dropped: tuple[tuple[str, int], ...]
    """Joined profiles that were not kept, by reason."""


def make_virtual(
    known: Survey, n: int, *, seed: int, entailment: EntailmentScorer | None = None
) -> Virtual:
    """Return `n` virtual profiles.

    A point is drawn from the density; of its nearest profiles two are chosen, and the facts,
    goals and attacks of the one are joined with the style, traits and patience of the other.
    Dropped are pairs of two languages, what `plausible` finds at odds, and whatever is nearer
    than `TOO_NEAR` to a real profile or to one already made.

    Args:
        known: The real profiles, at least two.
        n: How many are wanted, at least 1.
        seed: Of the points and the choices.
        entailment: Holds traits against facts; None leaves that to the rules.

    Raises:
        ValueError: There are fewer than two real profiles, or `n` cannot be made of them.
        ScorerError: The scorer could not judge.
    """
    if len(known.profiles) < 2:
        raise ValueError("virtual profiles join two people: give at least 2 profiles")
    generator = np.random.default_rng(derived(seed, "virtual"))
    drawn = known.density.draw(DRAWS_EACH * n, generator)
    around = nearest(drawn, known.points, NEIGHBOURHOOD)
    shop = _Workshop(known, n, entailment)
    for point, near in zip(drawn, around, strict=True):
        first, second = generator.choice(near, size=2, replace=False).tolist()
        shop.consider(first, second, seed, point)
        if len(shop.made) == n:
            return Virtual(tuple(shop.made), np.stack(shop.points), shop.losses())
    told = ", ".join(f"{count} {reason}" for reason, count in shop.losses())
    raise ValueError(
        f"{n} virtual profiles were asked for, {len(shop.made)} can be made of "
        f"{len(known.profiles)} (dropped: {told or 'none'}): ask for fewer or give more profiles"
    )


def join(one: Profile, other: Profile, profile_id: str) -> Profile:
    """Return what `one` is and wants with how `other` sounds and bears.

    Source and licence name both parents; where one has no licence, the child's is unknown.
    """
    return replace(
        one,
        id=profile_id,
        style=other.style,
        big_five=other.big_five,
        patience=other.patience,
        subjective=other.subjective,
        source=_both(one.source, other.source, "; ") or "unknown",
        licence=_both(one.licence, other.licence, " AND ")
        if one.licence and other.licence
        else "unknown",
        parents=(one.id, other.id),
    )


class _Workshop:
    """The virtual profiles made so far, and why others were dropped."""

    def __init__(self, known: Survey, n: int, entailment: EntailmentScorer | None) -> None:
        self.made: list[Profile] = []
        self.points: list[Floats] = []
        self._known = known
        self._entailment = entailment
        self._vectors = np.empty((n, known.joint.shape[1]))
        self._tried: set[tuple[int, int]] = set()
        self._dropped: Counter[str] = Counter()

    def consider(self, first: int, second: int, seed: int, point: Floats) -> None:
        """Keep the joined profile, or count why not; a pair that came before is passed over."""
        if (first, second) in self._tried:
            return
        self._tried.add((first, second))
        vectors, profiles = self._known.vectors, self._known.profiles
        one, other = profiles[first], profiles[second]
        # The hash keeps ids apart where the parents are virtual themselves.
        lineage = f"{derived(seed, one.id, other.id):08x}"
        child = join(one, other, f"virtual-{len(self.made) + 1}-{lineage}")
        vector = joined(vectors.objective[first], vectors.subjective[second])
        same_language = one.language == other.language
        reason = self._objection(child, vector) if same_language else "of two languages"
        if reason:
            self._dropped[reason] += 1
            return
        self._vectors[len(self.made)] = vector
        self.made.append(child)
        self.points.append(point)

    def losses(self) -> tuple[tuple[str, int], ...]:
        """Return the reasons for dropping, with how often each held."""
        return tuple(sorted(self._dropped.items()))

    def _objection(self, child: Profile, vector: Floats) -> str:
        """Return why a joined profile is not kept; empty if it is."""
        if float((self._known.joint @ vector).max()) >= TOO_NEAR:
            return "too near to a real profile"
        before = self._vectors[: len(self.made)]
        if len(before) and float((before @ vector).max()) >= TOO_NEAR:
            return "too near to another one"
        if conflicts(child):
            return "at odds with itself"
        if self._entailment is not None and contradicted_traits(child, self._entailment):
            return "with a trait that a fact contradicts"
        return ""


def _both(one: str, other: str, between: str) -> str:
    """Join what is not empty; the same once, also where a parent is virtual itself."""
    parts = [part for text in (one, other) for part in text.split(between) if part]
    return between.join(dict.fromkeys(parts))
