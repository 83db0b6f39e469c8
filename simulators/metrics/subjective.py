"""SC.Score: does the simulated user sound like the subjective half of the profile? No judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

from persona_sdk.profile import BigFive, Profile, Style
from simulators.metrics.mentions import Told
from simulators.metrics.values import Measure, measured
from simulators.stylometry import measure_style, words_of

Traits = Callable[[Sequence[str]], BigFive]
"""Reads the Big Five from somebody's turns; what it cannot tell is `unknown`."""

RATES = (
    "lower_start",
    "end_mark",
    "lower_i",
    "apostrophes",
    "questions",
    "exclamations",
    "emoji",
    "courtesy",
)
"""Figures of a style that are shares of turns, and so compare by their difference."""

FEWEST_TURNS = 2
"""A conversation with fewer user turns shows no habits."""

_PLACES = {"low": 0.0, "mid": 0.5, "high": 1.0}


def sc_score(told: Sequence[Told], *, traits: Traits | None = None) -> Measure:
    """Return how well measured style and traits fit the profile, from 1 (not) to 5 (fully).

    1 + 4 times the mean agreement of the length, of eight habits and of every trait that both
    sides know. The note tells what the same turns score against the next conversation's profile:
    only what lies above it is due to the profile.

    Args:
        told: Conversations with their profiles.
        traits: Reads the Big Five; None leaves them out.
    """
    kept = [one for one in told if len(_worded(one.spoken.user)) >= FEWEST_TURNS]
    values = [_score(one, one.profile, traits) for one in kept]
    exchanged = [
        _score(one, other.profile, traits)
        for one, other in zip(kept, [*kept[1:], *kept[:1]], strict=True)
        if other.profile.id != one.profile.id
    ]
    notes = (
        [f"{len(told) - len(kept)} with too few turns left out"] if len(kept) < len(told) else []
    )
    if exchanged:
        notes.append(f"against another profile: {sum(exchanged) / len(exchanged):.2f}")
    made = "style and traits" if traits else "style"
    return measured(
        "SC.Score",
        "conversation",
        values,
        made_with=(("judge", f"none: {made} measured by rule"),),
        otherwise=f"no conversation has {FEWEST_TURNS} user turns with words",
        note="; ".join(notes),
    )


def style_agreement(wanted: Style, shown: Style) -> list[float]:
    """Return how well each figure agrees, each in [0, 1]: the length first, then `RATES`.

    Lengths agree by their ratio: half or twice the words is 0.5.
    """
    length = min(wanted.words, shown.words) / max(wanted.words, shown.words)
    rates = [1 - abs(_rate(wanted, name) - _rate(shown, name)) for name in RATES]
    return [length, *rates]


def trait_agreement(wanted: BigFive, shown: BigFive) -> list[float]:
    """Return 1, 0.5 or 0 for each trait that both know: the same level, the next, the opposite."""
    levels = [(getattr(wanted, f.name), getattr(shown, f.name)) for f in fields(BigFive)]
    return [1 - abs(_PLACES[a] - _PLACES[b]) for a, b in levels if a in _PLACES and b in _PLACES]


def _score(told: Told, profile: Profile, traits: Traits | None) -> float:
    turns = _worded(told.spoken.user)
    found = style_agreement(profile.style, measure_style(turns))
    found += trait_agreement(profile.big_five, traits(turns)) if traits else []
    return 1 + 4 * sum(found) / len(found)


def _worded(turns: Sequence[str]) -> list[str]:
    return [turn for turn in turns if words_of(turn)]


def _rate(style: Style, name: str) -> float:
    return float(getattr(style, name))
