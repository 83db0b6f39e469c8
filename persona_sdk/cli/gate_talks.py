"""Lets the same simulated users talk to both sides, with the same seeds, and measures the talks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from guards.apc import APCGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.gate_replies import judged
from persona_sdk.cli.gate_sides import Player
from persona_sdk.cli.stress_users import choose_users, user_of
from persona_sdk.profile import Profile
from persona_sdk.repair import RepairPolicy
from persona_sdk.repetition import Gram, grams
from persona_sdk.training.gate.values import Measurement
from persona_sdk.types import Attempt, GenerationOptions, Persona
from simulators.protocols import Replier, User
from simulators.stress import stress
from simulators.values import Dialogue, RunConfig

DIFFICULTY = 0.3
"""How hard the users make it, in [0, 1]: the default of `persona stress`."""


@dataclass(frozen=True, slots=True)
class Talks:
    """The conversations of one character with the same users on both sides."""

    persona: Persona
    guard: APCGuard
    options: GenerationOptions
    users: int
    turns: int
    """How often a user may speak, at least 1."""
    seed: int
    judge: str
    """Name of the guard, for the journals."""

    def measured(self, player: Player, identity: str, folder: Path) -> list[Measurement]:
        """Hold what is left of the conversations and return one measurement of each.

        Args:
            player: The side.
            identity: Its files, so that a journal of other files is refused.
            folder: Of the gate; each side and character has a run of its own below it.

        Raises:
            StoreError: A journal belongs to another run, or cannot be written.
        """
        crowd = choose_users(str(self.users), "", seed=self.seed)
        config = RunConfig(
            persona=self.persona,
            profiles=crowd.profiles,
            conversations=self.users,
            turns=self.turns,
            seed=self.seed,
            character=identity,
            user="agenda",
            guard=f"{self.judge} warn",
            settings=(("difficulty", f"{DIFFICULTY}"), ("options", repr(self.options))),
        )

        def agent(seed: int) -> Replier:
            return PersonaAgent(
                self.persona,
                player.model,
                self.guard,
                mode="warn",
                policy=RepairPolicy(seconds=math.inf),
                options=replace(self.options, seed=seed),
            )

        def user(profile: Profile, seed: int) -> User:
            return user_of("agenda", profile, self.persona, None, DIFFICULTY, seed)

        name = re.sub(r"\W+", "-", self.persona.name.lower()).strip("-") or "persona"
        place = folder / "talks" / player.side / name
        run = stress(config, agent, user, folder=place, concurrency=1, retry=True)
        return [self._of_dialogue(player, dialogue) for dialogue in run.dialogues]

    def _of_dialogue(self, player: Player, dialogue: Dialogue) -> Measurement:
        said = [e.reply.attempts[0] for e in dialogue.exchanges if e.reply.attempts]
        values, missing = _judged(said, self.persona)
        broke = dialogue.error if dialogue.status == "error" else ""
        place = Measurement(
            player.side,
            "talk",
            self.persona.name,
            f"user/{dialogue.number} {dialogue.profile_id}",
            dialogue.seed,
            reply="\n".join(attempt.draft for attempt in said),
            outcome=dialogue.status,
            error=broke,
        )
        if broke:
            return place
        values["talk_repeated"] = _repeated([attempt.draft for attempt in said])
        return replace(place, values=values, missing=missing)


def _judged(said: Sequence[Attempt], persona: Persona) -> tuple[dict[str, float], dict[str, str]]:
    """Return the means over the judged turns, and what no turn has a value for."""
    found = [judged(attempt, persona)[0] for attempt in said]
    names = ["delta_apc", "contradiction"]
    names += ["hard_contradiction"] if any(s.hard for s in persona.statements) else []
    values, missing = {}, {}
    for name in names:
        if known := [one[name] for one in found if name in one]:
            values[f"talk_{name}"] = fmean(known)
        else:
            missing[f"talk_{name}"] = f"none of {len(said)} turns was judged"
    return values, missing


def _repeated(drafts: Sequence[str]) -> float:
    """Return the share in [0, 1] of the runs of four words that stood in an earlier turn."""
    before: set[Gram] = set()
    again = total = 0
    for draft in drafts:
        found = grams(draft)
        again += sum(run in before for run in found)
        total += len(found)
        before.update(found)
    return again / total if total else 0.0
