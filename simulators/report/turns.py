"""The turns of a run with their numbers, and what can be read off a single one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from persona_sdk.types import Attempt, Verdict
from simulators.values import Dialogue, Exchange, Party, Run, Status

NO_GUARD = "off"
"""What a run calls its guard where it has none: then no turn passed and none failed."""

BROKEN_BY_OTHERS: frozenset[Party] = frozenset({"simulator", "engine", "judge"})
"""A conversation that one of these broke off says nothing of the character."""

CUT_SHORT: frozenset[Status] = frozenset({"running", "budget"})
"""Conversations that have not come to their end: what is still to come may go wrong."""


@dataclass(frozen=True, slots=True)
class NumberedTurn:
    """An exchange, and where in the run it stands."""

    dialogue: Dialogue
    number: int
    """Of the turn in its conversation, from 1."""
    exchange: Exchange

    @property
    def place(self) -> str:
        """`CONVERSATION:TURN`, as `persona stress --replay` takes it."""
        return f"{self.dialogue.number}:{self.number}"

    @property
    def draft(self) -> Attempt | None:
        """What the character wrote first; None where nothing was tried."""
        attempts = self.exchange.reply.attempts
        return attempts[0] if attempts else None

    @property
    def shown(self) -> Attempt | None:
        """What the user was shown; None where that was nothing."""
        return self.exchange.reply.shown if self.exchange.reply.text else None

    @property
    def blocked(self) -> bool:
        """Whether the user was shown nothing."""
        return not self.exchange.reply.text

    @property
    def repaired(self) -> bool:
        """Whether a later draft of the character took the place of the first."""
        return self.shown is not None and self.shown.rung in ("hint", "candidates")

    @property
    def fell_back(self) -> bool:
        """Whether a line of the persona took the place of all drafts."""
        return self.shown is not None and self.shown.rung == "fallback"

    @property
    def failed(self) -> bool:
        """Whether the first draft did not pass, or nothing could be shown."""
        passed = self.draft is not None and self.draft.verdict.outcome == "pass"
        return self.blocked or not passed


def turns_of(run: Run) -> Iterator[NumberedTurn]:
    """Yield every turn, conversations in the order of the run."""
    for dialogue in run.dialogues:
        yield from numbered(dialogue)


def numbered(dialogue: Dialogue) -> Iterator[NumberedTurn]:
    """Yield the turns of one conversation."""
    for number, exchange in enumerate(dialogue.exchanges, start=1):
        yield NumberedTurn(dialogue, number, exchange)


def was_checked(run: Run) -> bool:
    """Whether a guard judged anything: without one, no turn passed and none failed."""
    verdicts = (a.verdict for t in turns_of(run) for a in t.exchange.reply.attempts)
    return any(is_judged(verdict) for verdict in verdicts)


def is_judged(verdict: Verdict) -> bool:
    """Whether the guard could tell."""
    return verdict.outcome != "unscored"


def violates(turn: NumberedTurn) -> bool:
    """Whether the first draft goes against a statement."""
    return turn.draft is not None and turn.draft.verdict.outcome == "fail"
