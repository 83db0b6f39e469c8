"""Keeps style from winning: pairs are alike in length and in negations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.seeds import derived
from persona_sdk.training.preferences.style import Style, style_of
from persona_sdk.types import PreferencePair


@dataclass(frozen=True, slots=True)
class Matching:
    """How alike the two replies of a pair must be."""

    length: float | None = 0.15
    """The shorter reply has at most this share fewer words than the longer one, in [0, 1]; one
    word is always granted. None takes any lengths."""
    negations: bool = True
    """Both replies hold the same number of negation words."""

    def __post_init__(self) -> None:
        if self.length is not None and not 0.0 <= self.length <= 1.0:
            raise ValueError(f"length must be in [0, 1], was: {self.length}")

    def alike(self, chosen: Style, rejected: Style) -> bool:
        """Return whether the two may stand in one pair.

        Example:
            >>> Matching().alike(style_of("I like it."), style_of("I do not like it at all."))
            False
        """
        if self.negations and chosen.negations != rejected.negations:
            return False
        if self.length is None:
            return True
        room = max(1.0, self.length * max(chosen.words, rejected.words))
        return abs(chosen.words - rejected.words) <= room


def balanced(pairs: Sequence[PreferencePair], *, seed: int = 0) -> list[PreferencePair]:
    """Drop pairs by chance until the longer reply is chosen as often as the shorter one.

    Matched pairs may still lean to one side, each within the tolerance. Pairs of equal length all
    stay; the order is kept.
    """
    leans = [style_of(p.chosen).words - style_of(p.rejected).words for p in pairs]
    longer = [i for i, lean in enumerate(leans) if lean > 0]
    shorter = [i for i, lean in enumerate(leans) if lean < 0]
    many, few = max(longer, shorter, key=len), min(shorter, longer, key=len)
    surplus = set(random.Random(derived(seed, "balance")).sample(many, len(many) - len(few)))
    return [pair for i, pair in enumerate(pairs) if i not in surplus]
