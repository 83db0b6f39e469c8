"""Holds a gate: measures what the journal does not hold yet, both sides in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guards.apc import APCGuard
from persona_sdk.cli.gate_fixed import fixed_places, measured_fixed
from persona_sdk.cli.gate_probes import Probe
from persona_sdk.cli.gate_replies import Replies
from persona_sdk.cli.gate_setup import Setup
from persona_sdk.cli.gate_sides import Player, likelihood_of
from persona_sdk.cli.gate_talks import Talks
from persona_sdk.protocols import ChatModel, EntailmentScorer
from persona_sdk.training.gate.journal import Journal
from persona_sdk.training.gate.values import SIDES, Measurement
from persona_sdk.types import Persona

CHUNK = 8
"""Probes that a side answers before the other one does: an engine then keeps the persona's state,
and a gate that is stopped early has asked both sides nearly the same."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything that is measured, with what measures it."""

    setup: Setup
    personas: Sequence[Persona]
    probes: dict[str, list[Probe]]
    """What each character is asked, by its name."""
    players: Sequence[Player]
    base: ChatModel
    guard: APCGuard
    entailment: EntailmentScorer
    folder: Path
    identities: dict[str, str] = field(default_factory=dict)
    """What each side is, for the journals of its conversations."""

    @property
    def total(self) -> int:
        """How many measurements make the whole gate."""
        replies = sum(map(len, self.probes.values()))
        fixed = sum(1 for _ in fixed_places())
        return len(SIDES) * (replies + fixed + len(self.personas) * self.setup.users)

    def hold(self, journal: Journal, advance: Callable[[int], None]) -> None:
        """Measure what is missing and write it down.

        Args:
            journal: Takes each measurement as soon as it is there.
            advance: Called with the number of measurements just finished.

        Raises:
            StoreError: The journal cannot be written.
        """
        advance(sum(not one.error for one in journal.measurements))
        for one in self._fixed(journal):
            journal.add(one)
            advance(1)
        for persona in self.personas:
            for one in self._replies(journal, persona):
                journal.add(one)
                advance(1)
        for persona in self.personas if self.setup.users else ():
            for one in self._talks(journal, persona):
                journal.add(one)
                advance(1)

    def _fixed(self, journal: Journal) -> Iterator[Measurement]:
        for player in self.players:
            for task, name, one in fixed_places():
                if (player.side, task, "", name) not in journal:
                    yield measured_fixed(player, name, one)

    def _replies(self, journal: Journal, persona: Persona) -> Iterator[Measurement]:
        setup, asked = self.setup, self.probes[persona.name]
        replies = Replies(
            persona,
            self.guard,
            self.entailment,
            (self.base, likelihood_of(self.base)),
            setup.options,
            setup.seed,
        )
        for first in range(0, len(asked), CHUNK):
            for player in self.players:
                for place, probe in enumerate(asked[first : first + CHUNK], start=first):
                    if (player.side, "reply", persona.name, probe.id) not in journal:
                        yield replies.measured(player, probe, guarded=place < setup.guarded)

    def _talks(self, journal: Journal, persona: Persona) -> Iterator[Measurement]:
        setup = self.setup
        talks = Talks(
            persona,
            self.guard,
            setup.options,
            setup.users,
            setup.turns,
            setup.seed,
            setup.scorers,
        )
        for player in self.players:
            done = [m for m in journal.measurements if m.task == "talk" and not m.error]
            own = [m for m in done if (m.side, m.persona) == (player.side, persona.name)]
            if len(own) < setup.users:
                identity = self.identities.get(player.side, player.model.name)
                for one in talks.measured(player, identity, self.folder):
                    if (player.side, "talk", persona.name, one.item) not in journal:
                        yield one
