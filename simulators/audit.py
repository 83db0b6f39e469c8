"""Is a run's simulator fit to judge a character? A run whose simulator fails is void.

Each check is one `Finding`: passed, failed, or could not be told. Conversations that the simulator
spoilt are void one by one; the run is void where too many are, or where the simulator is not like
people, recites its profile, contradicts it, gushes, repeats itself or runs in circles. What is
odd and harms nobody, as telling facts word for word now and then, is a flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Outcome
from simulators.audit_checks import (
    Finding,
    check_contradictions,
    check_copying,
    check_early_stops,
    check_repetition,
    check_role,
)
from simulators.audit_manner import (
    check_language,
    check_politeness,
    check_style,
    check_with_detector,
)
from simulators.metrics.conduct import Void, void_reasons
from simulators.metrics.detector import DetectorResult
from simulators.metrics.diversity import distinct, first_turn_diversity, spread
from simulators.metrics.ending import esr
from simulators.metrics.human import StyleDistance
from simulators.metrics.mentions import Told, copy_rates, p_cover
from simulators.metrics.profile_agreement import agreement
from simulators.metrics.spoken import Spoken
from simulators.metrics.subjective import sc_score
from simulators.metrics.subset import at_most
from simulators.metrics.values import Measure
from simulators.profiles.traits import traits_of
from simulators.protocols import TextEmbedder
from simulators.values import Dialogue, Run

MOST = 200
"""Conversations that the dearer checks look at, drawn from a longer run."""

MOST_JUDGED = 50
"""Conversations of these whose every turn is judged against every fact, for r-DP."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found about the simulator of a run."""

    findings: tuple[Finding, ...]
    voided: tuple[Void, ...] = ()
    """Conversations that the simulator spoilt: count them, leave them out, run them again."""
    conversations: int = 0
    """Conversations in which the user spoke, or that failed before he did."""
    detector: DetectorResult | None = None
    """Where real conversations were given."""
    style: StyleDistance | None = None
    """Where none were given and there were turns enough."""
    measures: tuple[Measure, ...] = ()
    """Figures to print beside: they decide nothing."""

    @property
    def void(self) -> tuple[str, ...]:
        """Why the whole run is void; empty if it is not."""
        return self._failed(voids=True)

    @property
    def flags(self) -> tuple[str, ...]:
        """What is not like people and yet leaves the run standing."""
        return self._failed(voids=False)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be told, and why."""
        return tuple(f"{f.name}: {f.reason}" for f in self.findings if f.outcome == "unscored")

    @property
    def outcome(self) -> Outcome:
        """`fail` where the run is void, `unscored` where a check that must be made was not."""
        if self.void:
            return "fail"
        missing = any(f.outcome == "unscored" and f.required for f in self.findings)
        return "unscored" if missing else "pass"

    @property
    def passed(self) -> bool:
        """Whether the simulator was found fit; False as well where it could not be told."""
        return self.outcome == "pass"

    def _failed(self, *, voids: bool) -> tuple[str, ...]:
        failed = (f for f in self.findings if f.outcome == "fail" and f.voids == voids)
        return tuple(f"{f.name}: {f.reason}" for f in failed)


def audit(
    run: Run,
    *,
    embedder: TextEmbedder | None = None,
    entailment: EntailmentScorer | None = None,
    real: Sequence[Spoken] | None = None,
) -> Audit:
    """Return whether the simulated users of a run can be trusted, without asking a chat model.

    Turns with an attack are left out of the checks of style and manners: they are written to be
    odd.

    Args:
        run: Finished or not.
        embedder: Adds the spread of meaning to `Audit.measures`.
        entailment: Finds contradictions of the own profile and measures r-DP; without it neither
            can be told.
        real: Conversations of people on like matters; without them the style figures of users who
            write English are compared with those of `simulators.metrics.human`.

    Raises:
        ScorerError: The discriminator or the encoder failed.
    """
    name = run.config.persona.name
    begun = [d for d in run.dialogues if d.exchanges or d.fault == "simulator"]
    voided = tuple(Void(d.number, reasons) for d in begun if (reasons := void_reasons(d, name)))
    sample = at_most([d for d in begun if d.exchanges], MOST)
    told = _told(run, sample)
    free = [plain for d in sample if (plain := _plain(d)).user]
    english = _in_english(run, sample)
    distance, detector = None, None
    if real is None:
        likeness, distance = check_style(english)
    else:
        likeness, detector = check_with_detector(real, free)
    findings = (
        likeness,
        check_role(len(voided), begun),
        *check_copying(told),
        check_contradictions(told, entailment),
        check_early_stops(sample),
        check_repetition(free),
        *check_politeness(english),
        check_language(told),
    )
    measures = _measures(told, embedder, entailment)
    return Audit(findings, voided, len(begun), detector, distance, measures)


def _measures(
    told: Sequence[Told], embedder: TextEmbedder | None, entailment: EntailmentScorer | None
) -> tuple[Measure, ...]:
    spoken = [one.spoken for one in told]
    rates = copy_rates(told)
    found = [
        esr(spoken),
        rates.verbatim,
        rates.half,
        p_cover(told),
        sc_score(told, traits=traits_of),
        distinct(spoken, 1),
        distinct(spoken, 2),
        first_turn_diversity(spoken),
    ]
    if embedder is not None:
        found.append(spread(spoken, embedder))
    if entailment is not None:
        found += agreement(at_most(told, MOST_JUDGED), entailment)
    return tuple(found)


def _told(run: Run, dialogues: Sequence[Dialogue]) -> list[Told]:
    profiles = {profile.id: profile for profile in run.config.profiles}
    return [Told(_spoken(d), profiles[d.profile_id]) for d in dialogues if d.profile_id in profiles]


def _spoken(dialogue: Dialogue) -> Spoken:
    said = [e for e in dialogue.exchanges if e.move.text.strip()]
    return Spoken(
        str(dialogue.number), tuple(e.move.text for e in said), tuple(e.reply.text for e in said)
    )


def _in_english(run: Run, dialogues: Sequence[Dialogue]) -> list[Spoken]:
    """Return the turns without an attack of users who write English, as far as is known.

    The people whose figures come with the package write English, and so do the lists of courtesies.
    """
    languages = {p.id: p.language.lower().split("-")[0] for p in run.config.profiles}
    wanted = [d for d in dialogues if languages.get(d.profile_id) in ("en", "und")]
    return [plain for d in wanted if (plain := _plain(d)).user]


def _plain(dialogue: Dialogue) -> Spoken:
    """Return the turns without an attack."""
    said = [e for e in dialogue.exchanges if e.move.text.strip() and not e.move.attack]
    return Spoken(str(dialogue.number), tuple(e.move.text for e in said))
