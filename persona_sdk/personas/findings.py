"""What lint found in a persona."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
"""An error makes the persona unfit to guard, a warning weakens it, a note only informs."""

Rule = Literal[
    "no-statements",
    "not-atomic",
    "pronoun",
    "unnamed",
    "too-long",
    "role-marker",
    "hidden-characters",
    "duplicate",
    "contradiction",
    "no-fallbacks",
    "fallback-contradicts",
    "pairs-judged",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark, with the statements that it is about."""

    rule: Rule
    message: str
    severity: Severity = "warning"
    statements: tuple[str, ...] = ()
    """Ids, in the persona's order; empty where it is about something else."""
    fix: str = ""
    """What to do about it, or the text to put in its place."""
