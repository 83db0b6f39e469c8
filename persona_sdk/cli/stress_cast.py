"""Who takes part in a run: builds characters and users, in this process or in Ray's workers."""

from __future__ import annotations

import hashlib
import math
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from guards.apc import APCGuard
    from persona_sdk.profile import Profile
    from persona_sdk.prompts import Strategy
    from persona_sdk.protocols import ChatModel
    from persona_sdk.types import GuardMode, Persona
    from simulators.protocols import Replier, User
    from simulators.running.limits import Limits
    from simulators.writing.user_prompts import Templates

UserKind = Literal["agenda", "llm", "replay"]
"""`agenda` follows its goals by rule, `llm` is played by a model, `replay` repeats a log."""


MOST_SLOTS = 16
"""Requests that a local model decodes at once: each slot takes memory, and more gain little."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a cast is made of: names and numbers, nothing loaded."""

    persona: Persona
    model: str
    user_model: str
    user_kind: UserKind
    guard: GuardMode
    scorers: str
    exact: bool
    prompt: Strategy
    max_tokens: int
    temperature: float
    difficulty: float
    context: int | None
    gpu_layers: int
    concurrency: int
    limits: Limits
    logs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Ids of the profiles of a `replay`, with what each of them says."""
    templates: Templates | None = None
    """Texts of the prompts of an `llm` user; None takes the usual ones."""

    @property
    def user(self) -> str:
        """Name of the user simulator, with its model where it has one."""
        return f"llm {self.user_model}" if self.user_kind == "llm" else self.user_kind

    @property
    def judge(self) -> str:
        """Name of the guard's scorers and its mode."""
        return "off" if self.guard == "off" else f"{self.scorers} {self.guard}"

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """Everything else that changes what is said."""
        chosen: dict[str, object] = {
            "prompt": self.prompt,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "difficulty": self.difficulty,
            "exact": self.exact,
            "context": self.context or "default",
        }
        if self.logs:
            chosen["logs"] = hashlib.sha256(repr(self.logs).encode()).hexdigest()[:16]
        if self.templates:
            chosen["templates"] = hashlib.sha256(repr(self.templates).encode()).hexdigest()[:16]
        return tuple((name, str(value)) for name, value in chosen.items())


class Cast:
    """Makes the character of a turn and the user of a conversation.

    Models and guard are loaded by the first who needs them, once a process: what is pickled to
    another one is only their names.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._said = dict(parts.logs)
        self._lock = threading.Lock()
        self._models: dict[str, ChatModel] = {}
        self._guard: APCGuard | None = None
        self._agent: Any = None

    def __reduce__(self) -> tuple[type[Cast], tuple[Parts]]:
        return Cast, (self._parts,)

    def agent(self, seed: int) -> Replier:
        """Return the character that answers one turn."""
        from persona_sdk.agent import PersonaAgent

        agent: PersonaAgent = self._agent or self._load_agent()
        return replace(agent, options=replace(agent.options, seed=seed))

    def user(self, profile: Profile, seed: int) -> User:
        """Return who talks to the character in one conversation."""
        from persona_sdk.cli.stress_users import user_of

        parts = self._parts
        if parts.user_kind == "replay":
            from simulators.replay import ReplayUser

            return ReplayUser(self._said[profile.id])
        model = self._model(parts.user_model) if parts.user_kind == "llm" else None
        return user_of(
            parts.user_kind,
            profile,
            parts.persona,
            model,
            parts.difficulty,
            seed,
            templates=parts.templates,
        )

    def _load_agent(self) -> Any:
        from persona_sdk.agent import PersonaAgent
        from persona_sdk.prompts import PromptBuilder
        from persona_sdk.repair import RepairPolicy
        from persona_sdk.types import GenerationOptions

        parts, prompts = self._parts, PromptBuilder(self._parts.prompt)
        model = self._model(parts.model)
        with self._lock:
            if parts.guard != "off" or parts.prompt == "retrieval":
                self._guard = self._guard or _load_guard(parts)
                prompts = replace(prompts, relevance=self._guard.relevance)
            self._agent = PersonaAgent(
                parts.persona,
                model,
                self._guard,
                mode=parts.guard,
                # The clock may not decide what is said: a busy machine would say other things.
                policy=RepairPolicy(seconds=math.inf),
                options=GenerationOptions(
                    max_tokens=parts.max_tokens, temperature=parts.temperature
                ),
                prompts=prompts,
            )
        return self._agent

    def _model(self, name: str) -> ChatModel:
        """Return the model of that name; character and user share one."""
        with self._lock:
            if name not in self._models:
                self._models[name] = _load_model(name, self._parts)
            return self._models[name]


def _load_model(name: str, parts: Parts) -> ChatModel:
    from persona_sdk.models.catalog import load_model
    from simulators.running.limits import LimitedModel, Limits
    from simulators.running.metering import MeteredModel

    model = load_model(
        name,
        context_size=parts.context,
        gpu_layers=parts.gpu_layers,
        # One request at a time is all that transformers do.
        slots=None if name.startswith("hf:") else min(parts.concurrency, MOST_SLOTS),
    )
    # Only an endpoint is somebody else's, who counts.
    if name.startswith("openai:") and parts.limits != Limits():
        model = LimitedModel(model, parts.limits)
    return MeteredModel(model)


def _load_guard(parts: Parts) -> APCGuard:
    from guards.catalog import load_named_guard

    return load_named_guard(parts.scorers, exact=parts.exact)
