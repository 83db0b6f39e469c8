"""What decides a run of `persona eval character`, and the contest that it makes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from guards.catalog import load_named_guard, load_named_scorers
from persona_sdk.cli.adapter_choice import name_for
from persona_sdk.cli.character_rows import Casting
from persona_sdk.models.catalog import load_model
from persona_sdk.prompts import Strategy
from persona_sdk.types import GenerationOptions, Persona
from simulators.gym.known_answers.contest import Contest
from simulators.gym.known_answers.generate import ItemSet
from simulators.gym.known_answers.scoring import KnownAnswers


@dataclass(frozen=True, slots=True)
class Setup:
    """The options of a run beside its items."""

    models: tuple[str, ...] = ("builtin",)
    prompts: tuple[Strategy, ...] = ("long-context",)
    seed: int = 0
    guard: Literal["off", "enforce"] = "off"
    controls: bool = False
    max_tokens: int = 80
    temperature: float = 0.5
    scorers: str = "builtin"

    def settings(self, found: ItemSet) -> dict[str, Any]:
        """Return what the journal of the run keeps at its head."""
        asked = json.dumps([asdict(item) for item in found.items], ensure_ascii=False)
        return {
            "persona": found.persona.name,
            **asdict(self),
            "models": list(self.models),
            "prompts": list(self.prompts),
            "items": len(found.items),
            # Last: where an option differs as well, the journal names that.
            "persona_sha256": _digest(json.dumps(asdict(found.persona), ensure_ascii=False)),
            "items_sha256": _digest(asked),
        }


def make_contest(found: ItemSet, setup: Setup) -> Contest:
    """Load models and discriminators and return the contest.

    Raises:
        ModelError: A model cannot be loaded.
        GuardError: The discriminators cannot be loaded.
        MissingExtra: One of them needs a package that is not installed.
    """
    guard = load_named_guard(setup.scorers)
    entailment = load_named_scorers(setup.scorers).entailment
    models = [load_model(name_for(found.persona, name)) for name in setup.models]
    casting = Casting(
        persona=found.persona,
        items=found.items,
        guard=guard if setup.guard == "enforce" else None,
        options=GenerationOptions(max_tokens=setup.max_tokens, temperature=setup.temperature),
        seed=setup.seed,
        relevance=guard.relevance,
    )
    rows = [casting.contender(model, how) for model in models for how in setup.prompts]
    if setup.controls:
        rows += casting.controls(models[0])
    persona: Persona = found.persona
    return Contest(persona, found.items, rows, KnownAnswers(persona, entailment), guard)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
