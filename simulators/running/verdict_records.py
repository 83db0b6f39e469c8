"""Verdicts as compact JSON values, and back to equal ones.

A statement of the persona is written as its id, any other whole; what has its default is left
out. So a verdict over hundreds of statements stays small, and thousands are read in a second.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from persona_sdk.types import (
    ConstraintScore,
    Entailment,
    Outcome,
    Persona,
    Statement,
    Verdict,
    Violation,
)

Json = dict[str, Any]


class VerdictRecords:
    """Writes and reads verdicts on one persona.

    Example:
        >>> records = VerdictRecords(Persona("Tess", ()))
        >>> records.load(records.dump(Verdict("pass", apc=2.5))) == Verdict("pass", apc=2.5)
        True
    """

    def __init__(self, persona: Persona) -> None:
        self._statements = {statement.id: statement for statement in persona.statements}

    def dump(self, verdict: Verdict) -> Json:
        """Return the verdict as a JSON object."""
        found: Json = {"outcome": verdict.outcome}
        if verdict.apc:
            found["apc"] = float(verdict.apc)
        if verdict.delta_apc:
            found["delta_apc"] = float(verdict.delta_apc)
        if verdict.coverage is not None:
            found["coverage"] = float(verdict.coverage)
        if verdict.reason:
            found["reason"] = verdict.reason
        if verdict.constraints:
            found["constraints"] = [self._dump_constraint(c) for c in verdict.constraints]
        if verdict.violations:
            found["violations"] = [self._dump_violation(v) for v in verdict.violations]
        return found

    def load(self, found: Json) -> Verdict:
        """Return the verdict that `dump` wrote.

        Raises:
            ValueError, KeyError, TypeError: It was changed by hand.
        """
        if (outcome := found["outcome"]) not in _OUTCOMES:
            raise ValueError(f"outcome must be one of {', '.join(_OUTCOMES)}, was: {outcome!r}")
        return Verdict(
            outcome,
            tuple([self._load_constraint(c) for c in found.get("constraints", ())]),
            tuple([self._load_violation(v) for v in found.get("violations", ())]),
            found.get("apc", 0.0),
            found.get("delta_apc", 0.0),
            found.get("coverage"),
            found.get("reason", ""),
        )

    def _dump_constraint(self, score: ConstraintScore) -> list[object]:
        p = score.entailment
        numbers = [p.contradiction, p.neutral, p.entailment]
        known = self._dump_statement(score.statement)
        return [known, float(score.relevance), *map(float, numbers), bool(score.judged)]

    def _load_constraint(self, found: list[Any]) -> ConstraintScore:
        statement, relevance, contradiction, neutral, entailment, judged = found
        p = Entailment(contradiction, neutral, entailment)
        return ConstraintScore(self._load_statement(statement), relevance, p, judged)

    def _dump_violation(self, violation: Violation) -> Json:
        found = {name: getattr(violation, name) for name in _VIOLATION}
        numbers = {name: float(found[name]) for name in _NUMBERS}
        return {**found, **numbers, "statement": self._dump_statement(violation.statement)}

    def _load_violation(self, found: Json) -> Violation:
        return Violation(**{**found, "statement": self._load_statement(found["statement"])})

    def _dump_statement(self, statement: Statement) -> str | Json:
        if self._statements.get(statement.id) == statement:
            return statement.id
        return {name: getattr(statement, name) for name in _STATEMENT}

    def _load_statement(self, found: str | Json) -> Statement:
        return self._statements[found] if isinstance(found, str) else Statement(**found)


_OUTCOMES = get_args(Outcome)
_STATEMENT = tuple(field.name for field in fields(Statement))
_VIOLATION = tuple(field.name for field in fields(Violation) if field.name != "statement")
_NUMBERS = ("contradiction", "threshold", "relevance")
