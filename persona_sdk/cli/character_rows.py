"""The rows of `persona eval character`: models times prompting strategies, and controls."""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from persona_sdk.agent import PersonaAgent
from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled
from persona_sdk.prompts import PromptBuilder, Strategy
from persona_sdk.protocols import ChatModel, Guard, RelevanceScorer
from persona_sdk.seeds import derived
from persona_sdk.types import Completion, GenerationOptions, GuardMode, Persona, Turn
from simulators.gym.known_answers.contest import Contender
from simulators.gym.known_answers.planted import always_agreeing, always_deflecting, echo
from simulators.protocols import Replier

if TYPE_CHECKING:
    from simulators.gym.known_answers.items import Item


@dataclass(slots=True)
class CountedModel:
    """A model that counts the tokens it writes, rejected drafts included."""

    model: ChatModel
    written: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def context_size(self) -> int:
        return self.model.context_size

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return self.model.count_tokens(messages)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        found = self.model.generate(messages, options=options)
        self.written += sum(completion.completion_tokens for completion in found)
        return found

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        yield from self.model.stream(messages, options=options)


@dataclass(frozen=True, slots=True)
class Casting:
    """How every row with a model plays the character."""

    persona: Persona
    items: Sequence[Item]
    guard: Guard | None
    """None checks nothing."""
    options: GenerationOptions
    seed: int
    relevance: RelevanceScorer | None = None
    """Picks the statements of retrieval prompts; None compares words."""

    def contender(self, model: ChatModel, strategy: Strategy) -> Contender:
        """Return the row of one model and one prompting strategy."""
        return self._row(f"{model.name} {strategy}", model, self.persona, strategy)

    def controls(self, model: ChatModel) -> list[Contender]:
        """Return the rows that show what a score is worth; two of them use the model."""
        name = self.persona.name
        empty = Persona(name, ())
        rng = random.Random(derived(self.seed, "wrong persona"))
        others = [other for key in bundled() if (other := load(key)).name != name]
        wrong = rng.choice(others)
        return [
            self._row("control: empty persona", model, empty, "long-context", control=True),
            self._row(f"control: {wrong.name}", model, wrong, "long-context", control=True),
            _planted("control: echo", echo(self.persona, self.items)),
            _planted("control: always deflect", always_deflecting(self.items, seed=self.seed)),
            _planted("control: always agree", always_agreeing(self.items, seed=self.seed)),
        ]

    def _row(
        self,
        name: str,
        model: ChatModel,
        persona: Persona,
        strategy: Strategy,
        *,
        control: bool = False,
    ) -> Contender:
        counted = CountedModel(model)
        prompts = PromptBuilder(strategy)
        if self.relevance is not None:
            prompts = replace(prompts, relevance=self.relevance)
        mode: GuardMode = "off" if self.guard is None else "enforce"
        agent = PersonaAgent(
            persona, counted, self.guard, mode=mode, options=self.options, prompts=prompts
        )

        def seeded(item_id: str) -> Replier:
            # Every row draws the same chance for the same item, so that rows are paired.
            options = replace(self.options, seed=derived(self.seed, item_id))
            return replace(agent, options=options)

        return Contender(name, seeded, control, lambda: counted.written)


def _planted(name: str, agent: Replier) -> Contender:
    return Contender(name, lambda item_id: agent, control=True)
