"""What a set of pairs holds: counts, margins, and how the two sides differ in style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from persona_sdk.training.preferences.style import style_of
from persona_sdk.training.preferences.surface import SurfaceCheck, surface_check
from persona_sdk.types import PreferencePair


class Sides(NamedTuple):
    """Means of the chosen and of the rejected replies."""

    chosen: float
    rejected: float


class Summary(NamedTuple):
    """Figures of at least one pair."""

    pairs: int
    personas: Counter[str]
    queries: int
    """Last user turns that differ."""
    sources: Counter[str]
    """Kinds of sources: the first word of each."""
    margins: tuple[float, ...]
    """Of every pair, in order."""
    least_margin: float
    median_margin: float
    most_margin: float
    words: Sides
    negations: Sides
    violating: int
    """Pairs whose rejected reply goes against a statement."""
    opposed: int
    """Pairs of which some statement speaks for the rejected reply."""
    surface: SurfaceCheck | None
    """None for too few pairs."""


def summarize(pairs: Sequence[PreferencePair], *, seed: int = 0) -> Summary:
    """Return the figures of `pairs`.

    Raises:
        ValueError: There are none.
    """
    if not pairs:
        raise ValueError("figures need at least one pair, were: none")
    margins = tuple(pair.margin for pair in pairs)
    chosen = [style_of(pair.chosen) for pair in pairs]
    rejected = [style_of(pair.rejected) for pair in pairs]
    return Summary(
        pairs=len(pairs),
        personas=Counter(pair.persona or "unknown" for pair in pairs),
        queries=len({pair.prompt[-1].content for pair in pairs}),
        sources=Counter((pair.source.split() or ["unknown"])[0] for pair in pairs),
        margins=margins,
        least_margin=min(margins),
        median_margin=median(margins),
        most_margin=max(margins),
        words=Sides(fmean(s.words for s in chosen), fmean(s.words for s in rejected)),
        negations=Sides(fmean(s.negations for s in chosen), fmean(s.negations for s in rejected)),
        violating=sum(bool(pair.violated) for pair in pairs),
        opposed=sum(pair.opposing > 0 for pair in pairs),
        surface=surface_check(pairs, seed=seed),
    )
