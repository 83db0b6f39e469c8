"""How far a run has come, in numbers that grow by one turn at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from persona_sdk.types import Outcome
from simulators.play import Event
from simulators.values import Dialogue, Exchange, Usage


@dataclass(frozen=True, slots=True)
class Tally:
    """Totals of a run, what an earlier start of it has done included."""

    conversations: int = 0
    """All of the run."""
    running: int = 0
    """Those being talked in right now."""
    done: int = 0
    """Those that came to an end other than `error` and `budget`."""
    failed: int = 0
    """Those that an error broke off."""
    unfunded: int = 0
    """Those that a budget broke off."""
    turns: int = 0
    judged: int = 0
    """Turns whose first draft the guard could judge."""
    violations: int = 0
    """Turns whose first draft went against a statement."""
    user: Usage = field(default_factory=Usage)
    character: Usage = field(default_factory=Usage)

    @property
    def tokens(self) -> int:
        """Of prompts and completions, on both sides."""
        sides = (self.user, self.character)
        return sum(usage.prompt_tokens + usage.completion_tokens for usage in sides)

    @property
    def violation_rate(self) -> float | None:
        """Share in [0, 1] of judged drafts that violate; None before any was judged."""
        return self.violations / self.judged if self.judged else None

    def after(self, event: Event) -> Tally:
        """Return the totals with one more event of a running conversation."""
        if isinstance(event, Exchange):
            return self._with_turn(event)
        failed, unfunded = event.status == "error", event.status == "budget"
        return replace(
            self,
            running=self.running - 1,
            done=self.done + (not failed and not unfunded),
            failed=self.failed + failed,
            unfunded=self.unfunded + unfunded,
        )

    def _with_turn(self, exchange: Exchange) -> Tally:
        outcome = _outcome(exchange)
        return replace(
            self,
            turns=self.turns + 1,
            judged=self.judged + (outcome != "unscored"),
            violations=self.violations + (outcome == "fail"),
            user=self.user + exchange.user_usage,
            character=self.character + exchange.character_usage,
        )


def tally_of(dialogues: Iterable[Dialogue]) -> Tally:
    """Count what stands in a run that nobody is at work on.

    Example:
        >>> tally_of([Dialogue(0, "ada", 7, status="satisfied")]).done
        1
    """
    stood = list(dialogues)
    statuses = Counter(dialogue.status for dialogue in stood)
    exchanges = [exchange for dialogue in stood for exchange in dialogue.exchanges]
    outcomes = Counter(map(_outcome, exchanges))
    return Tally(
        conversations=len(stood),
        done=len(stood) - sum(statuses[status] for status in ("running", "budget", "error")),
        failed=statuses["error"],
        unfunded=statuses["budget"],
        turns=len(exchanges),
        judged=len(exchanges) - outcomes["unscored"],
        violations=outcomes["fail"],
        user=_total([exchange.user_usage for exchange in exchanges]),
        character=_total([exchange.character_usage for exchange in exchanges]),
    )


def _outcome(exchange: Exchange) -> Outcome:
    """Of the first draft: it tells how often the character needs the guard."""
    attempts = exchange.reply.attempts
    return attempts[0].verdict.outcome if attempts else "unscored"


def _total(usages: Sequence[Usage]) -> Usage:
    return Usage(
        sum([usage.prompt_tokens for usage in usages]),
        sum([usage.completion_tokens for usage in usages]),
        sum([usage.seconds for usage in usages]),
    )
