"""Asks a side one probe and measures what it says, with the guard only watching or repairing."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from guards.apc import APCGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.gate_probes import Probe
from persona_sdk.cli.gate_sides import Player
from persona_sdk.errors import ContextOverflow, PersonaSDKError
from persona_sdk.prompts import PromptBuilder
from persona_sdk.protocols import ChatModel, EntailmentScorer
from persona_sdk.repair import RepairPolicy
from persona_sdk.repetition import is_looped, repeated_share
from persona_sdk.seeds import derived
from persona_sdk.training.gate.likelihood import Likelihood, surprise
from persona_sdk.training.gate.values import Measurement
from persona_sdk.types import Attempt, Conversation, GenerationOptions, Persona, Reply, Turn
from persona_sdk.words import words
from simulators.gym.known_answers.marks import Answer
from simulators.gym.known_answers.scoring import KnownAnswers

NO_LIKELIHOOD = "the engine tells no probabilities: name builtin, gguf:PATH or hf:DIR"


@dataclass(frozen=True, slots=True)
class Replies:
    """How every reply of one character is asked for and measured, on both sides alike.

    Args:
        persona: Who is asked.
        guard: Judges every draft.
        entailment: Marks known answers.
        base: The model without any adapter, and how likely it finds a text.
        options: How to sample; the seed is set by the probe.
        seed: Of the gate.
    """

    persona: Persona
    guard: APCGuard
    entailment: EntailmentScorer
    base: tuple[ChatModel, Likelihood | None]
    options: GenerationOptions
    seed: int
    clock: Callable[[], float] = time.perf_counter

    def measured(self, player: Player, probe: Probe, *, guarded: bool) -> Measurement:
        """Return what one side makes of a probe; a failure is kept as its error.

        Args:
            player: The side.
            probe: What is asked.
            guarded: Let the guard repair as well; only of a probe with one turn.
        """
        place = Measurement(
            player.side,
            "reply",
            self.persona.name,
            probe.id,
            derived(self.seed, self.persona.name, probe.id),
            probe.turns[0],
        )
        try:
            return self._measured(place, player, probe, guarded and len(probe.turns) == 1)
        except PersonaSDKError as error:
            return replace(place, error=f"{type(error).__name__}: {error}")

    def _measured(
        self, place: Measurement, player: Player, probe: Probe, guarded: bool
    ) -> Measurement:
        agent = PersonaAgent(
            self.persona,
            player.model,
            self.guard,
            mode="enforce" if guarded else "warn",
            # The clock may not decide what is said: a busy machine would say other things.
            policy=RepairPolicy(seconds=math.inf),
            options=replace(self.options, seed=place.seed),
        )
        player.model.lengths.clear()
        asked = Conversation(probe.history).add("user", probe.turns[0])
        began = self.clock()
        reply = agent.reply(asked)
        seconds = self.clock() - began
        draft = reply.attempts[0]
        tokens = player.model.lengths[0]
        values, missing = judged(draft, self.persona)
        values |= written(draft, tokens)
        values |= repaired(reply, seconds) if guarded else {}
        self._add_surprise(agent, asked, draft.draft, values, missing)
        self._add_mark(agent, asked, draft.draft, probe, values, missing)
        return replace(
            place,
            reply=draft.draft,
            outcome=draft.verdict.outcome,
            values=values,
            missing=missing,
        )

    def _add_surprise(
        self,
        agent: PersonaAgent,
        asked: Conversation,
        draft: str,
        values: dict[str, float],
        missing: dict[str, str],
    ) -> None:
        model, likelihood = self.base
        if likelihood is None:
            missing["reply_surprise"] = NO_LIKELIHOOD
            return
        # The base may cut the draft into more tokens than the side that wrote it.
        reserve = max(agent.reserve, model.count_tokens([Turn("user", draft)]))
        try:
            prompt = PromptBuilder().build(self.persona, asked, model, reserve=reserve)
            found = surprise(likelihood, prompt.messages, draft)
        except ContextOverflow as error:
            missing["reply_surprise"] = str(error)
            return
        if found is not None:
            values["reply_surprise"] = found

    def _add_mark(
        self,
        agent: PersonaAgent,
        asked: Conversation,
        draft: str,
        probe: Probe,
        values: dict[str, float],
        missing: dict[str, str],
    ) -> None:
        if probe.item is None:
            return
        replies, talk = [draft], asked.add("assistant", draft)
        for turn in probe.turns[1:]:
            talk = talk.add("user", turn)
            replies.append(agent.reply(talk).text)
            talk = talk.add("assistant", replies[-1])
        scorer = KnownAnswers(self.persona, self.entailment)
        mark = scorer.mark(probe.item, Answer(probe.item.id, tuple(replies)))
        if mark.outcome == "unscored":
            missing["known_answer"] = mark.evidence
        else:
            values["known_answer"] = float(mark.outcome == "pass")


def judged(attempt: Attempt, persona: Persona) -> tuple[dict[str, float], dict[str, str]]:
    """Return what the guard says of one draft: values, and what it could not measure.

    A draft that says nothing earns nothing: 0, as an always-neutral reply does.
    """
    hard = any(statement.hard for statement in persona.statements)
    names = ["delta_apc", "contradiction", *(["hard_contradiction"] if hard else [])]
    verdict = attempt.verdict
    if attempt.draft.strip() and not (verdict.constraints or verdict.violations):
        return {}, dict.fromkeys((*names, "passes"), verdict.reason or "not judged")
    values = {
        "delta_apc": verdict.delta_apc,
        "contradiction": float(bool(verdict.violations)),
        "passes": float(verdict.outcome == "pass"),
    }
    if hard:
        against = any(violation.statement.hard for violation in verdict.violations)
        values["hard_contradiction"] = float(against)
    return values, {}


def written(draft: Attempt, tokens: int) -> dict[str, float]:
    """Return how a draft is written and what it took."""
    return {
        "repeated": repeated_share(draft.draft),
        "looped": float(is_looped(draft.draft)),
        "words": float(len(words(draft.draft))),
        "tokens": float(tokens),
        "seconds": draft.generate_seconds + draft.check_seconds,
    }


def repaired(reply: Reply, seconds: float) -> dict[str, float]:
    """Return what it took until a reply could be shown."""
    own = reply.shown is not None and bool(reply.text) and reply.shown.rung != "fallback"
    return {
        "attempts": float(sum(attempt.rung != "fallback" for attempt in reply.attempts)),
        "guarded_seconds": seconds,
        "shown": float(own),
    }
