"""What a gate measures on one side, and what it says in the end: frozen values, no I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from persona_sdk.statistics import Estimate

Side = Literal["before", "after"]
"""`before` is what would be replaced, `after` is what asks to replace it."""

SIDES: tuple[Side, Side] = ("before", "after")

Task = Literal["reply", "talk", "chat", "ability"]
"""`reply` answers a held-out query, `talk` is a conversation with a simulated user, `chat` reads a
fixed text, `ability` answers a fixed question without a persona."""

Outcome = Literal["promote", "reject", "undecided"]
"""What the gate says. `undecided` (could not tell) never promotes."""

State = Literal["rises", "falls", "kept", "broken", "open", "missing", "waived", "told"]
"""How a metric stands. `rises` and `falls` are said of the primary one, `kept` and `broken` of a
guard rail; `open` is an interval that allows both, `missing` was not measured well enough,
`waived` does not apply here, `told` is for people and decides nothing."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One side on one held-out item."""

    side: Side
    task: Task
    persona: str
    """Name of the character; empty where a task has none."""
    item: str
    """Unique within task and persona; the same on both sides."""
    seed: int = 0
    query: str = ""
    reply: str = ""
    """For people, and for what is read off all replies together."""
    outcome: str = ""
    """What the guard said of the reply, or what became of the conversation."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Metric to value; a metric that could not be measured is not here."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Metric to the reason why it could not be measured, though it was asked for."""
    error: str = ""
    """Why there is no reply at all, for people."""

    @property
    def key(self) -> tuple[Task, str, str]:
        """What the two sides are paired by."""
        return self.task, self.persona, self.item

    def value(self, metric: str) -> float | None:
        """Return the value of a metric; None where there is none or it is not a finite number."""
        found = self.values.get(metric)
        return found if found is not None and math.isfinite(found) else None

    def asks(self, metric: str) -> bool:
        """Whether the metric was to be measured here."""
        return metric in self.values or metric in self.missing


@dataclass(frozen=True, slots=True)
class Finding:
    """How one metric stands on both sides."""

    metric: str
    state: State
    n: int = 0
    """Items that both sides were measured on."""
    lost: int = 0
    """Items that were asked and that at least one side has no value for."""
    before: float | None = None
    """Mean over those items."""
    after: float | None = None
    difference: Estimate | None = None
    """After less before, item by item, with its 95% bootstrap interval."""
    note: str = ""
    """Why the metric stands so, for people."""


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate decided, and all that it decided by."""

    outcome: Outcome
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]
    scope: str
    """For whom the verdict holds."""

    def finding(self, metric: str) -> Finding | None:
        """Return how a metric stands; None where it was not looked at."""
        return next((f for f in self.findings if f.metric == metric), None)
