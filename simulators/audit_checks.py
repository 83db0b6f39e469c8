"""The checks of what simulated users do: keep to the role and the profile, get somewhere.

How they write is looked at in `simulators.audit_manner`. Each bar stands with the figure of real
users beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Entailment, Outcome
from simulators.metrics.conduct import repetitions
from simulators.metrics.ending import stopped_early
from simulators.metrics.mentions import HUMAN_VERBATIM, Told, copy_rates
from simulators.metrics.profile_agreement import ENTAILED, judged_claims
from simulators.metrics.spoken import Spoken, turns_of
from simulators.values import Dialogue

FEWEST_FACTS = 20
"""Facts below which a copy rate is chance."""

MOST_VOID = 0.1
"""Share of spoilt conversations above which the whole run is void."""

TIMES_HUMAN = 2.0
"""A copy rate above that many times the human one is parroting (docs/simulator-metrics.md)."""

RECITED = 0.5
"""Share of facts said word for word from which a simulator does nothing but recite."""

EARLY_STOPS = 0.2
"""Share of conversations in a loop; of the two groups of people in `human.json` 10 % and none."""

REPEATED = 0.05
"""Share of turns that say again what was said; with people it is rare."""

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


def check_role(voided: int, dialogues: Sequence[Dialogue]) -> Finding:
    """Count the conversations that the simulator spoilt, and the slips that it caught itself."""
    if not dialogues:
        return unknown("in role", "no user has spoken")
    caught = sum(bool(e.move.faults) for d in dialogues for e in d.exchanges)
    told = f"{voided} of {len(dialogues)} conversations were spoilt by the simulator"
    told += f", {caught} slips were caught" if caught else ""
    return bounded("in role", voided / len(dialogues), MOST_VOID, told)


def check_copying(told: Sequence[Told]) -> tuple[Finding, Finding]:
    """Compare the share of facts said word for word with twice that of people.

    Above it the simulator is flagged; it voids the run where it recites `RECITED` of its facts.
    Facts with half of their words decide nothing: groups of people differ by a factor of three.
    """
    rate = copy_rates(told).verbatim
    if rate.estimate is None or sum(len(one.profile.facts) for one in told) < FEWEST_FACTS:
        reason = f"needs {FEWEST_FACTS} facts of profiles"
        return (
            unknown("parroting", reason, required=False),
            unknown("recital", reason, required=False),
        )
    value = rate.estimate.mean
    text = f"{value:.1%} of the facts are said word for word; people: {HUMAN_VERBATIM:.1%}"
    return (
        bounded("parroting", value, TIMES_HUMAN * HUMAN_VERBATIM, text, voids=False),
        bounded("recital", value, RECITED, text),
    )


def check_contradictions(told: Sequence[Told], entailment: EntailmentScorer | None) -> Finding:
    """Count claims of the user that contradict his own profile.

    Raises:
        ScorerError: The discriminator failed.
    """
    name = "contradicts itself"
    if entailment is None:
        return unknown(name, "no entailment scorer was given", required=False)
    judged = [
        some for one in told for some in judged_claims(one.spoken, one.profile, entailment) if some
    ]
    if not judged:
        return unknown(name, "no user said anything of himself", required=False)
    against = sum(map(_contradicts, judged))
    text = f"{against} of {len(judged)} claims contradict the own profile"
    return bounded(name, against / len(judged), CONTRADICTIONS, text, required=False)


def check_early_stops(dialogues: Sequence[Dialogue]) -> Finding:
    """Count conversations that ran into a loop."""
    if not dialogues:
        return unknown("early stops", "no user has spoken")
    stopped = sum(map(stopped_early, dialogues))
    text = f"{stopped} of {len(dialogues)} conversations ran in circles"
    return bounded("early stops", stopped / len(dialogues), EARLY_STOPS, text)


def check_repetition(spoken: Sequence[Spoken]) -> Finding:
    """Count turns that say again what one of the last three said."""
    turns = turns_of(spoken)
    if not turns:
        return unknown("repetition", "no user has spoken freely", required=False)
    again = sum(repetitions(one.user) for one in spoken)
    text = f"{again} of {len(turns)} turns say the same again"
    return bounded("repetition", again / len(turns), REPEATED, text)


def _contradicts(judged: Sequence[Entailment]) -> bool:
    """Whether some fact goes against a claim that no fact supports."""
    supported = max(one.entailment for one in judged) >= ENTAILED
    return not supported and max(one.contradiction for one in judged) >= CONTRADICTED


def bounded(
    name: str,
    value: float,
    bar: float,
    reason: str,
    *,
    required: bool = True,
    voids: bool = True,
) -> Finding:
    """Return a pass up to the bar, else a fail."""
    outcome: Outcome = "pass" if value <= bar else "fail"
    return Finding(name, outcome, value, bar, f"{reason} (bar {bar:.2g})", required, voids)


def unknown(name: str, reason: str, *, required: bool = True) -> Finding:
    """Return that a check could not be made."""
    return Finding(name, "unscored", None, None, reason, required)
