"""The ladder that a failed draft climbs: hint, candidates, fallback line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from persona_sdk.errors import ModelError
from persona_sdk.prompts import Prompt, continuing, with_hint
from persona_sdk.protocols import ChatModel, Guard
from persona_sdk.text import clean, joined, whole_sentences, without_controls
from persona_sdk.types import (
    Attempt,
    Completion,
    Conversation,
    GenerationOptions,
    Persona,
    Rung,
    Turn,
    Verdict,
    Violation,
)


@dataclass(frozen=True, slots=True)
class RepairPolicy:
    """Bounds of the ladder. A fallback line is always tried: it needs no generation."""

    hints: int = 1
    """Drafts made with the violated statements named."""
    candidates: int = 3
    """Drafts sampled in one go after the hints failed; 0 skips the rung."""
    seconds: float = 20.0
    """Time for a whole reply. A rung that would overrun it, judging by the last one, is skipped."""

    def __post_init__(self) -> None:
        for name, value in (("hints", self.hints), ("candidates", self.candidates)):
            if value < 0:
                raise ValueError(f"{name} must be at least 0, was: {value}")
        if not self.seconds > 0:
            raise ValueError(f"seconds must be above 0, was: {self.seconds}")


@dataclass(slots=True)
class Drafting:
    """One reply in the making: writes drafts, has them judged, keeps them all."""

    persona: Persona
    conversation: Conversation
    model: ChatModel
    guard: Guard
    options: GenerationOptions
    prompt: Prompt
    policy: RepairPolicy
    clock: Callable[[], float]
    attempts: list[Attempt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    started: float = field(init=False)
    shown: str = field(default="", init=False)
    """What the consumer of a stream has seen: every further draft begins with it."""
    last_seconds: float = field(default=0.0, init=False)
    paused: float = field(default=0.0, init=False)
    """Seconds that the reader of a stream took between pieces: not the model's time."""
    written: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def messages(self, violations: Sequence[Violation]) -> tuple[Turn, ...]:
        """The prompt, with the violated statements named and the shown text to go on from."""
        return continuing(with_hint(self.prompt.messages, violations), self.shown)

    def next_options(self, n: int = 1) -> GenerationOptions:
        """Options for the next `n` drafts: no two drafts of a reply share a seed."""
        seed = (self.options.seed or 0) + self.written
        self.written += n
        return replace(self.options, seed=seed, n=n)

    def draft_of(self, prefix: str, addition: str) -> str:
        """The whole draft, once the model has added `addition` to the shown `prefix`."""
        if prefix:
            return without_controls(joined(prefix, addition)).rstrip()
        return clean(addition, self.persona)

    def write(
        self, rung: Rung, *, n: int = 1, violations: Sequence[Violation] = ()
    ) -> list[Attempt]:
        """Write `n` whole drafts and have each judged."""
        began = self.clock()
        completions = self.model.generate(self.messages(violations), options=self.next_options(n))
        seconds = (self.clock() - began) / max(len(completions), 1)
        attempts = [self.judge(self._finished(c), rung, seconds) for c in completions]
        self.last_seconds = (self.clock() - began) / n
        return attempts

    def _finished(self, completion: Completion) -> str:
        draft = self.draft_of(self.shown, completion.text)
        return whole_sentences(draft) if completion.finish_reason == "length" else draft

    def judge(self, draft: str, rung: Rung, generate_seconds: float) -> Attempt:
        """Have the guard check `draft` and keep it as an attempt."""
        began = self.clock()
        if draft.strip():
            verdict = self.guard.check(self.persona, self.conversation, draft)
        else:
            verdict = Verdict("unscored", reason="the model wrote nothing")
        attempt = Attempt(draft, verdict, rung, generate_seconds, self.clock() - began)
        self.attempts.append(attempt)
        return attempt

    def has_time(self, drafts: int = 1) -> bool:
        """Would that many more drafts, each as slow as the last one, end within the budget?"""
        spent = self.clock() - self.started - self.paused
        return spent + drafts * self.last_seconds <= self.policy.seconds


def passed(attempt: Attempt) -> bool:
    """Only an outcome of `pass` may be shown: `unscored` is not a pass."""
    return attempt.verdict.outcome == "pass"


def climb(drafting: Drafting, failed: Attempt, *, hints: int) -> Attempt | None:
    """Return a draft that passes, or None when the ladder ends.

    An engine that fails here ends the climb with a note: the fallback line is still to come.
    """
    try:
        for _ in range(hints):
            if not drafting.has_time():
                return None
            failed = drafting.write("hint", violations=failed.verdict.violations)[0]
            if passed(failed):
                return failed
        return _best_candidate(drafting, failed)
    except ModelError as error:
        drafting.notes.append(f"the repair stopped: {error}")
        return None


def fall_back(drafting: Drafting) -> Attempt | None:
    """Return the first fallback line that passes the guard, or None: then nothing may be shown.

    One line is always tried, the others while the time budget lasts.
    """
    for number, line in enumerate(_fallback_order(drafting.persona, drafting.conversation)):
        if number and not drafting.has_time(0):
            return None
        attempt = drafting.judge(line, "fallback", 0.0)
        if passed(attempt):
            return attempt
    return None


def _best_candidate(drafting: Drafting, failed: Attempt) -> Attempt | None:
    n = drafting.policy.candidates
    if not n or not drafting.has_time(n):
        return None
    candidates = drafting.write("candidates", n=n, violations=failed.verdict.violations)
    good = [c for c in candidates if passed(c)]
    return max(good, key=lambda c: c.verdict.delta_apc, default=None)


def _fallback_order(persona: Persona, conversation: Conversation) -> list[str]:
    """Start with another line on every turn, and keep what was said last for the end."""
    said = [t.content for t in conversation.turns if t.role == "assistant"]
    lines = [*persona.fallbacks, *FALLBACKS]
    own = len(persona.fallbacks) or len(lines)
    start = len(said) % own
    turned = [*lines[start:own], *lines[:start], *lines[own:]]
    return sorted(turned, key=lambda line: bool(said) and line == said[-1])


FALLBACKS = (
    "I would rather not say.",
    "Let us talk about something else.",
    "Ask me that another way, would you?",
)
"""Lines that claim nothing, for a persona that has none of its own or whose own all fail."""
