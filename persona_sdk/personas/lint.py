"""Checks a persona: are its statements atomic, self-contained and free of clashes?"""

from __future__ import annotations

from collections.abc import Iterator

from persona_sdk.personas.agreement import clashing_fallbacks, judged, repeated
from persona_sdk.personas.findings import Finding
from persona_sdk.personas.wording import text_findings, wording_findings
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Persona


def lint_persona(persona: Persona, entailment: EntailmentScorer | None = None) -> list[Finding]:
    """Return what should be mended, errors first.

    Args:
        persona: What to check.
        entailment: Also finds contradictions and repeats in other words; the last finding then
            says how many pairs of statements it judged.

    Raises:
        ScorerError: The scorer could not judge.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> mara = Persona("Mara", as_statements(["She bakes."]), fallbacks=("Who can tell?",))
        >>> [finding.rule for finding in lint_persona(mara)]
        ['pronoun']
    """
    findings = list(_findings(persona, entailment))
    return sorted(findings, key=lambda f: ("error", "warning", "note").index(f.severity))


def _findings(persona: Persona, entailment: EntailmentScorer | None) -> Iterator[Finding]:
    if not persona.statements:
        yield Finding(
            "no-statements",
            f"{persona.name} has no statements, so the guard has nothing to check against",
            "error",
            fix="write at least one",
        )
    yield from wording_findings(persona.name, persona.statements)
    for place, text in _other_texts(persona):
        yield from text_findings(text, place)
    if not persona.fallbacks:
        yield Finding(
            "no-fallbacks",
            f"{persona.name} has no fallback lines, so there is nothing in character to say when "
            "no draft passes",
            fix="add three to five lines that claim nothing, e.g. 'Let me think about that.'",
        )
    yield from repeated(persona.statements)
    if entailment is not None:
        name, statements = persona.name, persona.statements
        yield from clashing_fallbacks(name, persona.fallbacks, statements, entailment)
        yield from judged(name, statements, entailment)


def _other_texts(persona: Persona) -> Iterator[tuple[str, str]]:
    yield "the name", persona.name
    yield "the greeting", persona.greeting
    yield "the scenario", persona.scenario
    for i, note in enumerate(persona.voice, start=1):
        yield f"voice note {i}", note
    for i, line in enumerate(persona.fallbacks, start=1):
        yield f"fallback {i}", line
    for i, example in enumerate(persona.examples, start=1):
        yield f"example {i}", f"{example.user}\n{example.character}"
