"""What a report says, in whatever format: the run, its figures and its failures."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from simulators.audit import Audit, audit
from simulators.protocols import TextEmbedder
from simulators.report.clusters import Cluster, clusters_of
from simulators.report.figures import Figures, figures_of
from simulators.report.turns import NO_GUARD, NumberedTurn, numbered, turns_of
from simulators.report.worst import WorstConversation, worst_conversations
from simulators.values import Dialogue, Run


@dataclass(frozen=True, slots=True)
class Document:
    """A run, measured and sorted for its readers."""

    run: Run
    folder: str
    """Where the run is kept, as a reader would type it."""
    figures: Figures
    worst: tuple[WorstConversation, ...]
    clusters: tuple[Cluster, ...]
    failed: tuple[NumberedTurn, ...]
    """Every turn whose first draft did not pass or that showed nothing, those of spoilt
    conversations too; none where no guard was at work."""
    spoilt: frozenset[int] = frozenset()
    """Numbers of the conversations that the simulator spoilt."""
    audit: Audit | None = None
    cost: float | None = None
    """Money, where prices were given."""

    @property
    def again(self) -> str:
        """The command that writes this report again."""
        return f"persona report {shlex.quote(self.folder)}"

    @property
    def void(self) -> bool:
        """Whether the simulator failed its audit: then no score of the run counts."""
        return self.audit is not None and bool(self.audit.void)

    def is_spoilt(self, dialogue: Dialogue) -> bool:
        """Whether the simulator spoilt a conversation."""
        return dialogue.number in self.spoilt

    @property
    def broken(self) -> tuple[Dialogue, ...]:
        """The conversations that broke off, whoever is to blame."""
        return tuple(d for d in self.run.dialogues if d.fault is not None or d.error)

    def turns(self, dialogue: Dialogue) -> tuple[NumberedTurn, ...]:
        """Return the turns of one conversation."""
        return tuple(numbered(dialogue))

    def replay(self, turn: NumberedTurn) -> str:
        """Return the command that plays a turn again."""
        return self._replay(turn.place)

    def replay_whole(self, dialogue: Dialogue) -> str:
        """Return the command that plays a whole conversation again."""
        return self._replay(str(dialogue.number))

    def _replay(self, place: str) -> str:
        return f"persona stress --replay {shlex.quote(self.folder)} {place}"


def audit_of(run: Run) -> Audit | None:
    """Audit the simulated users of a run; None for replayed people, who need none."""
    return None if run.config.user == "replay" else audit(run)


def document(
    run: Run,
    folder: str | Path,
    *,
    audit: Audit | None = None,
    embedder: TextEmbedder | None = None,
    cost: float | None = None,
) -> Document:
    """Measure a run and sort its failures.

    Args:
        run: Finished or not.
        folder: Where it is kept.
        audit: Of the simulator; a void one voids the run.
        embedder: Finds failures that say alike; without one, words do.
        cost: Money that the run took, where prices were given.

    Raises:
        ScorerError: The embedder failed.
    """
    spoilt = frozenset(void.number for void in audit.voided) if audit else frozenset()
    figures = figures_of(run, spoilt=spoilt)
    watched = figures.checked or run.config.guard != NO_GUARD
    every = list(turns_of(run)) if watched else []
    turns = [turn for turn in every if turn.dialogue.number not in spoilt]
    return Document(
        run=run,
        folder=str(folder),
        figures=figures,
        worst=worst_conversations(turns),
        clusters=clusters_of(turns, embedder=embedder),
        failed=tuple(turn for turn in every if turn.failed),
        spoilt=spoilt,
        audit=audit,
        cost=cost,
    )
