"""What the `stress` fixture returns: figures that compare like numbers and explain themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

if TYPE_CHECKING:
    from persona_sdk.statistics import Estimate
    from simulators.report import Document, Figures
    from simulators.values import Run


class Figure(float):
    """A number that can say what is behind it when an assert refuses it.

    Args:
        value: The number.
        told: Returns lines that say what is behind it.
    """

    told: Callable[[], list[str]]

    def __new__(cls, value: float, told: Callable[[], list[str]]) -> Self:
        figure = super().__new__(cls, value)
        figure.told = told
        return figure


class Mean(Figure):
    """A measured mean with its 95% interval.

    Args:
        estimate: Mean, interval and the number of conversations.
        told: As of a `Figure`.
    """

    low: Figure
    high: Figure
    n: int
    """Conversations."""

    def __new__(cls, estimate: Estimate, told: Callable[[], list[str]]) -> Self:
        mean = super().__new__(cls, estimate.mean, told)
        mean.low, mean.high = Figure(estimate.low, told), Figure(estimate.high, told)
        mean.n = estimate.n
        return mean


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What came of a stress test.

    Each figure but `shown_violation_rate` is of first drafts: what the character said before any
    repair. A figure that could not be told, or of a void run, fails the test that asks for it.
    """

    document: Document
    """Everything that the report tells."""
    report: Path
    """The page; the Markdown and JSON stand beside it."""

    @property
    def run(self) -> Run:
        """All conversations."""
        return self.document.run

    @property
    def figures(self) -> Figures:
        """All figures."""
        return self.document.figures

    @property
    def violation_rate(self) -> Mean:
        """Share in [0, 1] of first drafts that go against a statement."""
        return self._figure("violation rate", self.figures.drafts.violation_rate)

    @property
    def shown_violation_rate(self) -> Mean:
        """Share in [0, 1] of the replies that users saw; 0 where a guard enforces."""
        return self._figure("violation rate as shown", self.figures.shown.violation_rate)

    @property
    def delta_apc(self) -> Mean:
        """Mean ΔV_APC of a first draft; above 0 it beats an always-neutral reply."""
        return self._figure("ΔAPC", self.figures.drafts.delta_apc)

    @property
    def coverage(self) -> Mean:
        """Share in [0, 1] of the active statements that first drafts express."""
        return self._figure("coverage", self.figures.drafts.coverage)

    @property
    def clean(self) -> Mean:
        """Share in [0, 1] of conversations in which every first draft passed."""
        return self._figure("clean conversations", self.figures.clean)

    def __repr__(self) -> str:
        name = self.run.config.persona.name
        return f"<stress of {name!r}: {self.figures.turns} turns, {self.report}>"

    def _figure(self, name: str, estimate: Estimate | None) -> Mean:
        if self.document.audit is not None and self.document.void:
            reasons = "; ".join(self.document.audit.void)
            pytest.fail(f"the run is void, its users failed their audit: {reasons}: {self.report}")
        if estimate is None:
            pytest.fail(f"{name} could not be told: no reply tells it, see {self.report}")
        return Mean(estimate, lambda: self._told(name, estimate))

    def _told(self, name: str, estimate: Estimate) -> list[str]:
        from simulators.report.wording import plural, why

        told = self.document
        lines = [
            f"{name} of {self.run.config.persona.name}: {estimate.mean:.3f} "
            f"[{estimate.low:.3f}, {estimate.high:.3f}] in {plural(estimate.n, 'conversation')}"
        ]
        for one in told.worst[:1]:
            turn = one.first
            place = f"{turn.place} with {one.dialogue.profile_id}"
            lines += [
                f"worst: conversation {one.dialogue.number}, {plural(one.violations, 'violation')} "
                f"in {plural(len(one.dialogue.exchanges), 'turn')}; turn {place}:",
                f"  user: {turn.exchange.move.text}",
            ]
            if turn.draft is not None:
                lines += [f"  draft: {turn.draft.draft}", f"  {why(turn.draft)}"]
            lines.append(f"  {told.replay(turn)}")
        return [*lines, f"report: {self.report}"]
