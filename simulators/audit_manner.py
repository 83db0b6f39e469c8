"""The checks of how simulated users write: like people, politely, in their language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulators.audit_checks import Finding, bounded, unknown
from simulators.metrics.conduct import is_off_language
from simulators.metrics.detector import DetectorResult, detect
from simulators.metrics.human import HUMAN_DISTANCE, StyleDistance, StyleGap, style_distance
from simulators.metrics.mentions import Told
from simulators.metrics.spoken import Spoken, turns_of
from simulators.metrics.surface import NAMES, table

FEWEST_TURNS = 30
"""Turns below which shares and distances are chance."""

SURFACE_AUC = 0.8
"""AUC of the detector on surface figures from which a simulator counts as not human."""

COURTEOUS, GUSHING = 0.5, 0.1
"""Shares of turns with courtesies and with gushing; of the two groups of people in `human.json`
4-15 % and 0.4-0.5 %."""

OFF_LANGUAGE = 0.1
"""Share of turns that are not in the profile's language."""


def check_with_detector(
    real: Sequence[Spoken], simulated: Sequence[Spoken]
) -> tuple[Finding, DetectorResult]:
    """Try to tell simulated turns from real ones by their surface."""
    found = detect(real, simulated)
    if found.surface_auc is None:
        return unknown("like people", found.reason), found
    value = found.surface_auc.mean
    told = f"a detector tells its turns from real ones with AUC {value:.2f} by surface alone"
    return bounded("like people", value, SURFACE_AUC, told), found


def check_style(spoken: Sequence[Spoken]) -> tuple[Finding, StyleDistance | None]:
    """Compare style figures with those of people where there are no logs; both write English."""
    turns = turns_of(spoken)
    if len(turns) < FEWEST_TURNS:
        return unknown("like people", f"{_too_few(turns)}; or logs of real users"), None
    found = style_distance(turns)
    widest = ", ".join(map(_widely, found.gaps[:3]))
    told = f"style figures are {found.mean:.2f} away from people ({found.source}): {widest}"
    return bounded("like people", found.mean, HUMAN_DISTANCE, told), found


def check_politeness(spoken: Sequence[Spoken]) -> tuple[Finding, Finding]:
    """Count turns with courtesies and turns that gush, in English."""
    turns = turns_of(spoken)
    if len(turns) < FEWEST_TURNS:
        reason = _too_few(turns)
        return (
            unknown("over-polite", reason, required=False),
            unknown("gushing", reason, required=False),
        )
    means = dict(zip(NAMES, table(turns).mean(axis=0), strict=True))
    polite, gushing = float(means["courtesy"]), float(means["gushes"])
    return (
        bounded("over-polite", polite, COURTEOUS, f"{polite:.0%} of the turns are courtesies"),
        bounded("gushing", gushing, GUSHING, f"{gushing:.0%} of the turns gush"),
    )


def check_language(told: Sequence[Told]) -> Finding:
    """Count turns in another language than the profile's."""
    off = [is_off_language(t, one.profile.language) for one in told for t in one.spoken.user]
    if not off:
        return unknown("language", "no user has spoken")
    text = f"{sum(off)} of {len(off)} turns are in another language"
    return bounded("language", float(np.mean(off)), OFF_LANGUAGE, text)


def _widely(gap: StyleGap) -> str:
    """Return a gap in words; middles that are alike do not tell it."""
    mine, people = f"{gap.simulated:.2g}", f"{gap.human:.2g}"
    if mine == people:
        return f"{gap.name} up to {gap.distance:.0%} of the turns apart"
    return f"{gap.name} {mine} not {people}"


def _too_few(turns: Sequence[str]) -> str:
    return f"needs {FEWEST_TURNS} free turns in English, were: {len(turns)}"
