"""The pure rule: measured scores and thresholds in, a verdict out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from guards.measurement import Evidence, Measurement, apc, coverage, delta_apc
from persona_sdk.types import Outcome, Verdict, Violation

CITED = 3
"""Violations that the reason of a verdict spells out."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a contradiction counts; every value is a probability in [0, 1]."""

    hard_contradiction: float = 0.6
    """A hard statement contradicted at least this surely vetoes the draft."""
    soft_contradiction: float = 0.7
    """A soft statement contradicted at least this surely fails the draft."""
    remote_contradiction: float = 0.85
    """Bar of a soft statement that the query does not make active and that shares no content
    word with the sentence: there a contradiction is rare and a false alarm is not."""
    second_hit: float = 0.65
    """Two or more contradictions of soft statements, none remote, each at least this sure, fail
    the draft too."""
    abstain: float = 0.05
    """Width of the band below the bar of a statement in which the draft is unscored."""
    min_coverage: float | None = None
    """Fail replies that express less of the active statements; None never asks for that."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value is None and name == "min_coverage":
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"threshold {name} must be a number, was: {value!r}")
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"threshold {name} must be in [0, 1], was: {value}")

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Thresholds:
        """Read thresholds from a TOML or JSON table; names that are left out keep the default.

        Raises:
            ValueError: An unknown name, or a value that is no probability.

        Example:
            >>> Thresholds.from_mapping({"hard_contradiction": 0.5}).hard_contradiction
            0.5
        """
        known = [entry.name for entry in fields(cls)]
        for name in values:
            if name not in known:
                raise ValueError(f"no threshold {name!r}, there are: {', '.join(known)}")
        return cls(**values)  # type: ignore[arg-type]  # __post_init__ checks each value

    def bar(self, *, hard: bool, remote: bool = False) -> float:
        """Return the contradiction at which a statement is violated on its own."""
        if hard:
            return self.hard_contradiction
        return max(self.soft_contradiction, self.remote_contradiction * remote)


def decide(measurement: Measurement, thresholds: Thresholds) -> Verdict:
    """Turn scores into pass, fail or unscored.

    In this order: what could not be measured is unscored; a violation fails; a contradiction in
    the band below its bar leaves the draft unscored; too little coverage fails if asked for.

    Example:
        >>> decide(Measurement(unscored="the draft is empty"), Thresholds()).outcome
        'unscored'
    """
    if measurement.unscored:
        return _verdict(measurement, "unscored", reason=measurement.unscored)
    violations = _violations(measurement, thresholds)
    if violations:
        return _verdict(measurement, "fail", violations, reason=_cited(violations))
    doubtful = _doubtful(measurement.evidence, thresholds)
    if doubtful:
        return _verdict(measurement, "unscored", reason=doubtful)
    covered = coverage(measurement.constraints)
    least = thresholds.min_coverage
    if least is not None and covered is not None and covered < least:
        reason = f"expresses {covered:.2f} of what the query asks for, at least {least:.2f} wanted"
        return _verdict(measurement, "fail", reason=reason)
    return _verdict(measurement, "pass")


def _verdict(
    measurement: Measurement,
    outcome: Outcome,
    violations: tuple[Violation, ...] = (),
    *,
    reason: str = "",
) -> Verdict:
    return Verdict(
        outcome=outcome,
        constraints=measurement.constraints,
        violations=violations,
        apc=apc(measurement.constraints),
        delta_apc=delta_apc(measurement.constraints),
        coverage=coverage(measurement.constraints),
        reason=reason,
    )


def _violations(measurement: Measurement, thresholds: Thresholds) -> tuple[Violation, ...]:
    """Return the violations, surest first."""
    evidence, scorer = measurement.evidence, measurement.scorer
    found = [
        _violation(item, bar, scorer)
        for item in evidence
        if item.entailment.contradiction >= (bar := _bar(item, thresholds))
    ]
    soft = [e for e in evidence if not (e.statement.hard or e.remote)]
    seconds = [e for e in soft if e.entailment.contradiction >= thresholds.second_hit]
    if len(seconds) > 1:
        found += [
            _violation(item, thresholds.second_hit, scorer)
            for item in seconds
            if item.entailment.contradiction < thresholds.soft_contradiction
        ]
    return tuple(sorted(found, key=lambda v: v.contradiction, reverse=True))


def _bar(evidence: Evidence, thresholds: Thresholds) -> float:
    return thresholds.bar(hard=evidence.statement.hard, remote=evidence.remote)


def _violation(evidence: Evidence, bar: float, scorer: str) -> Violation:
    return Violation(
        statement=evidence.statement,
        sentence=evidence.sentence,
        start=evidence.start,
        end=evidence.end,
        kind=evidence.kind,
        contradiction=evidence.entailment.contradiction,
        threshold=bar,
        relevance=evidence.relevance,
        scorer=scorer,
    )


def _doubtful(evidence: Sequence[Evidence], thresholds: Thresholds) -> str:
    """Return the reason if a contradiction lies in the abstain band below its bar."""
    for item in evidence:
        bar = _bar(item, thresholds)
        found = item.entailment.contradiction
        if thresholds.abstain and found >= bar - thresholds.abstain:
            return (
                f"may contradict {item.statement.id} ({item.statement.text!r}): {found:.2f} is "
                f"just below {bar:.2f}"
            )
    return ""


def _cited(violations: Sequence[Violation]) -> str:
    cited = [
        f"contradicts {v.statement.id} ({v.statement.text!r}) with {v.sentence!r}: "
        f"{v.contradiction:.2f}, the bar is {v.threshold:.2f}"
        for v in violations[:CITED]
    ]
    more = len(violations) - len(cited)
    return "; ".join([*cited, f"and {more} more"] if more else cited)
