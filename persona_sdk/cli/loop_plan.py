"""The plan of a loop: its options, and what they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from persona_sdk.cli.gate_setup import Setup, load_all, setup_of
from persona_sdk.cli.gate_sides import files_of
from persona_sdk.cli.loop_ledger import digest_of
from persona_sdk.cli.loop_queries import Dealt, deal
from persona_sdk.errors import ModelError, TrainingError
from persona_sdk.models.adapter_name import (
    MARK,
    AdapterChoice,
    plain_base,
    split_name,
    takes_adapter,
)
from persona_sdk.models.catalog import shipped_adapter
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.registry import Registry
from persona_sdk.training.registry_rules import shipped_beside
from persona_sdk.types import Persona


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything a loop takes."""

    most: int
    """Queries of each persona to learn from."""
    k: int
    """Drafts of a query."""
    steps: int | None
    """Steps of the optimiser; None takes the epochs of the preset."""
    max_minutes: float
    """Wall-clock budget of each training."""
    rate: float
    """Highest learning rate of DPO."""
    accumulation: int
    """Pairs in a step."""
    items: int
    """Known-answer items of each persona in the gate."""
    users: int
    """Simulated users of each persona in the gate."""
    turns: int
    """How often each of them may speak."""
    prompts: int
    """Prompts on which the converted adapter is compared with the trained one."""


FULL = Size(
    most=60,
    k=10,
    steps=None,
    max_minutes=45.0,
    rate=5e-5,
    accumulation=4,
    items=60,
    users=6,
    turns=4,
    prompts=20,
)
"""Under an hour on two cores for one persona."""

SMALL = Size(
    most=24,
    k=8,
    steps=20,
    max_minutes=5.0,
    rate=1e-4,
    accumulation=2,
    items=24,
    users=2,
    turns=2,
    prompts=3,
)
"""Under a quarter of an hour on two cores: too little to promote anything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a loop was asked for."""

    personas: tuple[str, ...]
    """Names of bundled ones, and files."""
    model: str
    """Who speaks now: what is to become better, and the gate's `before`."""
    scorers: str
    queries: Path | None
    size: Size
    length: float
    """Share in [0, 1] by which the lengths of a pair's replies may differ; 1 takes any."""
    sft: bool
    max_tokens: int
    name: str
    """Of the adapter."""
    install: bool
    registry: Path | None
    seed: int


class Loop:
    """A plan with what its names stand for.

    Args:
        plan: What was asked for.

    Raises:
        PersonaError: There is no such persona.
        ModelNotFound: There is no such model.
        ModelError: It cannot be tuned, or its adapter does not act in full.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.personas: list[Persona] = load_all(plan.personas)
        self.base = plain_base(plan.model)
        if not takes_adapter(plan.model):
            raise ModelError(f"{plan.model!r} takes no adapter: name builtin or gguf:PATH")
        self.start = _start(plan.model)
        if self.start is not None and self.start.scale != 1:
            raise ModelError(
                f"{plan.model!r}: a training starts from an adapter that acts in full: leave out "
                f"@{self.start.scale:g}"
            )

    @cached_property
    def dealt(self) -> Dealt:
        """What is learned from and what is held out."""
        plan = self.plan
        return deal(self.personas, plan.queries, most=plan.size.most, seed=plan.seed)

    @cached_property
    def speaks(self) -> Mapping[str, Any]:
        """The files behind the model, by their digests."""
        return files_of(self.plan.model)

    @property
    def persona(self) -> str:
        """Name of the one character that the adapter is for; empty for several."""
        return self.personas[0].name if len(self.personas) == 1 else ""

    def adapter(self, folder: Path) -> Path:
        """Return the file of the adapter in the folder of a loop."""
        return folder / "adapter" / f"{self.plan.name}.gguf"

    def tuned(self, folder: Path) -> str:
        """Return the name of the model with the new adapter."""
        plain, _ = split_name(self.plan.model)
        plain = "builtin" if plain == "builtin:base" else plain
        return f"{plain}{MARK}{self.adapter(folder)}"

    def gate(self, folder: Path) -> Setup:
        """Return what the gate compares and how."""
        plan, size = self.plan, self.plan.size
        return setup_of(
            plan.model,
            self.tuned(folder),
            items=size.items,
            guarded=min(8, size.items),
            users=size.users,
            turns=size.turns,
            seed=plan.seed,
            max_tokens=plan.max_tokens,
            temperature=0.5,
            scorers=plan.scorers,
        )

    def check_place(self) -> None:
        """Refuse to train for a place that another adapter holds: a gate has to compare with it.

        Raises:
            TrainingError: Something else is active than what the loop begins with.
            AdapterError: The registry is broken.
        """
        if not self.plan.install:
            return
        registry = Registry(self.plan.registry)
        active = registry.active(str(self.speaks["model_sha256"]), self.persona)
        if active is not None and active.sha256 != self.speaks["adapter_sha256"]:
            plain, _ = split_name(self.plan.model)
            raise TrainingError(
                f"{active.name} ({active.id}) is active for {self.persona or 'all characters'}: "
                f"begin with it (--model {plain}{MARK}{active.id}), or add --no-install"
            )
        shipped = "" if active else shipped_beside(self.base, str(self.speaks["model_sha256"]))
        if shipped and self.speaks["adapter_sha256"] != shipped:
            raise TrainingError(
                f"the embedded model has an adapter of its own: begin with it (--model builtin), "
                f"or add --no-install, was: --model {self.plan.model}"
            )

    def who(self) -> dict[str, str]:
        """Return the digest of each persona, by its name."""
        return {persona.name: digest_of(asdict(persona)) for persona in self.personas}


FEWEST_ITEMS = Bars().fewest_items
"""Held-out replies below which no gate promotes."""


def _start(model: str) -> AdapterChoice | None:
    plain, chosen = split_name(model)
    return shipped_adapter() if plain == "builtin" and chosen is None else chosen
