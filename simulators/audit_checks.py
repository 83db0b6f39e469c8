"""The checks of a simulator's audit, each with its bar and the figure of real users beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Entailment, Outcome
from simulators.metrics.conduct import is_off_language, repetitions
from simulators.metrics.detector import DetectorResult, detect
from simulators.metrics.ending import stopped_early
from simulators.metrics.human import HUMAN_DISTANCE, StyleDistance, StyleGap, style_distance
from simulators.metrics.mentions import HUMAN_VERBATIM, Told, copy_rates
from simulators.metrics.profile_agreement import ENTAILED, judged_claims
from simulators.metrics.spoken import Spoken, turns_of
from simulators.metrics.surface import NAMES, table
from simulators.values import Dialogue

FEWEST_TURNS = 30
"""Turns below which shares and distances are chance."""

FEWEST_FACTS = 20
"""Facts below which a copy rate is chance."""

SURFACE_AUC = 0.8
"""AUC of the detector on surface figures from which a simulator counts as not human."""

MOST_VOID = 0.1
"""Share of spoilt conversations above which the whole run is void."""

TIMES_HUMAN = 2.0
"""A copy rate above that many times the human one is parroting (specification, section 14)."""

RECITED = 0.5
"""Share of facts said word for word from which a simulator does nothing but recite."""

EARLY_STOPS = 0.2
"""Share of conversations in a loop; of the two groups of people in `human.json` 10 % and none."""

REPEATED = 0.05
"""Share of turns that say again what was said; with people it is rare."""

COURTEOUS, GUSHING = 0.5, 0.1
"""Shares of turns with courtesies and with gushing; of the same people 4-15 % and 0.4-0.5 %."""

OFF_LANGUAGE = 0.1
"""Share of turns that are not in the profile's language."""

CONTRADICTED = 0.85
"""Probability from which a claim contradicts a fact, where no other fact entails it."""

CONTRADICTIONS = 0.2
"""Share of contradicting claims; the discriminator takes some innocent ones for such."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of a simulator."""

    name: str
    outcome: Outcome
    """`unscored` where it could not be told."""
    value: float | None
    """What was measured; None where it could not be told."""
    bar: float | None
    """The highest value that passes."""
    reason: str
    """Of all outcomes, for people."""
    required: bool = True
    """Whether an audit passes only if this could be told."""
    voids: bool = True
    """Whether a failure voids the run; else it is a flag: told, and no more."""


def check_with_detector(
    real: Sequence[Spoken], simulated: Sequence[Spoken]
) -> tuple[Finding, DetectorResult]:
    """Try to tell simulated turns from real ones by their surface."""
    found = detect(real, simulated)
    if found.surface_auc is None:
        return _unknown("like people", found.reason), found
    value = found.surface_auc.mean
    told = f"a detector tells its turns from real ones with AUC {value:.2f} by surface alone"
    return _at_most("like people", value, SURFACE_AUC, told), found


def check_style(spoken: Sequence[Spoken]) -> tuple[Finding, StyleDistance | None]:
    """Compare style figures with those of people where there are no logs; both write English."""
    turns = turns_of(spoken)
    if len(turns) < FEWEST_TURNS:
        return _unknown("like people", f"{_too_few(turns)}; or logs of real users"), None
    found = style_distance(turns)
    widest = ", ".join(map(_widely, found.gaps[:3]))
    told = f"style figures are {found.mean:.2f} away from people ({found.source}): {widest}"
    return _at_most("like people", found.mean, HUMAN_DISTANCE, told), found


def check_role(voided: int, dialogues: Sequence[Dialogue]) -> Finding:
    """Count the conversations that the simulator spoilt, and the slips that it caught itself."""
    if not dialogues:
        return _unknown("in role", "no user has spoken")
    caught = sum(bool(e.move.faults) for d in dialogues for e in d.exchanges)
    told = f"{voided} of {len(dialogues)} conversations were spoilt by the simulator"
    told += f", {caught} slips were caught" if caught else ""
    return _at_most("in role", voided / len(dialogues), MOST_VOID, told)


def check_copying(told: Sequence[Told]) -> tuple[Finding, Finding]:
    """Compare the share of facts said word for word with twice that of people.

    Above it the simulator is flagged; it voids the run where it recites `RECITED` of its facts.
    Facts with half of their words decide nothing: groups of people differ by a factor of three.
    """
    rate = copy_rates(told).verbatim
    if rate.estimate is None or sum(len(one.profile.facts) for one in told) < FEWEST_FACTS:
        reason = f"needs {FEWEST_FACTS} facts of profiles"
        return (
            _unknown("parroting", reason, required=False),
            _unknown("recital", reason, required=False),
        )
    value = rate.estimate.mean
    text = f"{value:.1%} of the facts are said word for word; people: {HUMAN_VERBATIM:.1%}"
    return (
        _at_most("parroting", value, TIMES_HUMAN * HUMAN_VERBATIM, text, voids=False),
        _at_most("recital", value, RECITED, text),
    )


def check_contradictions(told: Sequence[Told], entailment: EntailmentScorer | None) -> Finding:
    """Count claims of the user that contradict his own profile.

    Raises:
        ScorerError: The discriminator failed.
    """
    name = "contradicts itself"
    if entailment is None:
        return _unknown(name, "no entailment scorer was given", required=False)
    judged = [
        some for one in told for some in judged_claims(one.spoken, one.profile, entailment) if some
    ]
    if not judged:
        return _unknown(name, "no user said anything of himself", required=False)
    against = sum(map(_contradicts, judged))
    text = f"{against} of {len(judged)} claims contradict the own profile"
    return _at_most(name, against / len(judged), CONTRADICTIONS, text, required=False)


def check_early_stops(dialogues: Sequence[Dialogue]) -> Finding:
    """Count conversations that ran into a loop."""
    if not dialogues:
        return _unknown("early stops", "no user has spoken")
    stopped = sum(map(stopped_early, dialogues))
    text = f"{stopped} of {len(dialogues)} conversations ran in circles"
    return _at_most("early stops", stopped / len(dialogues), EARLY_STOPS, text)


def check_repetition(spoken: Sequence[Spoken]) -> Finding:
    """Count turns that say again what one of the last three said."""
    turns = turns_of(spoken)
    if not turns:
        return _unknown("repetition", "no user has spoken freely", required=False)
    again = sum(repetitions(one.user) for one in spoken)
    text = f"{again} of {len(turns)} turns say the same again"
    return _at_most("repetition", again / len(turns), REPEATED, text)


def check_politeness(spoken: Sequence[Spoken]) -> tuple[Finding, Finding]:
    """Count turns with courtesies and turns that gush, in English."""
    turns = turns_of(spoken)
    if len(turns) < FEWEST_TURNS:
        reason = _too_few(turns)
        return (
            _unknown("over-polite", reason, required=False),
            _unknown("gushing", reason, required=False),
        )
    means = dict(zip(NAMES, table(turns).mean(axis=0), strict=True))
    polite, gushing = float(means["courtesy"]), float(means["gushes"])
    return (
        _at_most("over-polite", polite, COURTEOUS, f"{polite:.0%} of the turns are courtesies"),
        _at_most("gushing", gushing, GUSHING, f"{gushing:.0%} of the turns gush"),
    )


def check_language(told: Sequence[Told]) -> Finding:
    """Count turns in another language than the profile's."""
    off = [is_off_language(t, one.profile.language) for one in told for t in one.spoken.user]
    if not off:
        return _unknown("language", "no user has spoken")
    text = f"{sum(off)} of {len(off)} turns are in another language"
    return _at_most("language", float(np.mean(off)), OFF_LANGUAGE, text)


def _widely(gap: StyleGap) -> str:
    """Return a gap in words; middles that are alike do not tell it."""
    mine, people = f"{gap.simulated:.2g}", f"{gap.human:.2g}"
    if mine == people:
        return f"{gap.name} up to {gap.distance:.0%} of the turns apart"
    return f"{gap.name} {mine} not {people}"


def _contradicts(judged: Sequence[Entailment]) -> bool:
    """Whether some fact goes against a claim that no fact supports."""
    supported = max(one.entailment for one in judged) >= ENTAILED
    return not supported and max(one.contradiction for one in judged) >= CONTRADICTED


def _at_most(
    name: str,
    value: float,
    bar: float,
    reason: str,
    *,
    required: bool = True,
    voids: bool = True,
) -> Finding:
    outcome: Outcome = "pass" if value <= bar else "fail"
    return Finding(name, outcome, value, bar, f"{reason} (bar {bar:.2g})", required, voids)


def _unknown(name: str, reason: str, *, required: bool = True) -> Finding:
    return Finding(name, "unscored", None, None, reason, required)


def _too_few(turns: Sequence[str]) -> str:
    return f"needs {FEWEST_TURNS} free turns in English, were: {len(turns)}"
