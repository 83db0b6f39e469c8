"""Holds the conversations of the `stress` fixture: joins persona, model, guard and users."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest
import typer

from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.adapter_choice import name_for
from persona_sdk.cli.pytest_figures import Outcome
from persona_sdk.cli.pytest_judged import Judged
from persona_sdk.cli.stress_cast import Cast, Parts
from persona_sdk.cli.stress_users import Crowd, choose_users
from persona_sdk.personas import load
from persona_sdk.profile import Profile
from persona_sdk.protocols import Guard
from persona_sdk.types import GuardMode, Persona
from simulators.journal import JOURNAL
from simulators.protocols import Replier
from simulators.report.document import audit_of, document
from simulators.report.writing import write_document
from simulators.running.limits import Limits
from simulators.stress import MakeAgent
from simulators.stress import stress as hold
from simulators.values import Run, RunConfig

Users = int | str | Sequence[Profile]
"""How many bundled users, the name of a bundled set or a file, or the profiles themselves."""

_MOST_TOLD = 3
_LONGEST = 120
"""Letters of a folder's name; tests with parameters may have longer ones."""


@dataclass(slots=True)
class Stress:
    """What the fixture `stress` is."""

    seed: int
    model: str
    """Of characters that are given as a persona or a name."""
    folder: Path
    """Where runs and reports go, one folder a call."""
    test: str
    """Id of the test that asks."""
    reports: list[Path] = field(default_factory=list, repr=False)
    """Pages written so far, in all tests."""
    _calls: int = field(default=0, repr=False)

    def __call__(
        self,
        character: Persona | Replier | str | Path,
        *,
        users: Users = 20,
        turns: int = 6,
        persona: Persona | None = None,
        guard: GuardMode | Guard = "warn",
        scorers: str = "builtin",
        attacks: str = "",
        difficulty: float = 0.3,
        concurrency: int = 4,
        seed: int | None = None,
        broken: int = 0,
        audit: bool = True,
    ) -> Outcome:
        """Hold conversations and measure them.

        Args:
            character: A persona, the name or file of one, or an agent that answers as one.
            users: Who talks to it.
            turns: How often a user may speak, at least 1.
            persona: Whom an agent plays that does not tell it itself.
            guard: `warn` judges each reply, `enforce` also repairs what a persona's model says,
                `off` judges nothing; or the guard that judges an agent's replies. A
                `PersonaAgent` with a guard of its own keeps it.
            scorers: The discriminators that judge, as `persona stress --scorers` takes them.
            attacks: Strategies that every user has besides, separated by commas, or `all`.
            difficulty: How hard the users make it, in [0, 1].
            concurrency: Conversations at once, at least 1. An agent must bear as many threads.
            seed: Instead of `--stress-seed`.
            broken: How many conversations may break off with an error, whoever is to blame.
            audit: Whether simulated users who are not like people void the run.

        Raises:
            ValueError: An argument is out of its range, or nobody says whom the agent plays.
            PersonaSDKError: A persona, a model, a guard or a file cannot be used.
        """
        seed = self.seed if seed is None else seed
        played = _persona_of(character, persona)
        mode: GuardMode = guard if isinstance(guard, str) else "warn"
        maker = _maker_of(character, played, guard, scorers)
        parts = self._parts(played, mode, scorers, difficulty, concurrency)
        if maker is None:
            parts = replace(parts, model=name_for(played, self.model))
        crowd = _crowd(users, attacks, seed)
        cast = Cast(parts)
        config = RunConfig(
            persona=played,
            profiles=crowd.profiles,
            conversations=crowd.conversations,
            turns=turns,
            seed=seed,
            character=_name_of(character, parts.model),
            user=parts.user,
            guard=_judge_of(character, guard) or parts.judge,
            settings=parts.settings,
        )
        folder = self._fresh_folder()
        run = hold(config, maker or cast.agent, cast.user, folder=folder, concurrency=concurrency)
        told = document(run, folder, audit=audit_of(run) if audit else None)
        outcome = Outcome(told, write_document(told, folder))
        self.reports.append(outcome.report)
        _refuse_broken(run, broken, outcome.report)
        return outcome

    def _parts(
        self, persona: Persona, guard: GuardMode, scorers: str, difficulty: float, concurrency: int
    ) -> Parts:
        return Parts(
            persona=persona,
            model=self.model,
            user_model=self.model,
            user_kind="agenda",
            guard=guard,
            scorers=scorers,
            exact=False,
            prompt="long-context",
            max_tokens=120,
            temperature=0.5,
            difficulty=difficulty,
            context=None,
            gpu_layers=0,
            concurrency=concurrency,
            limits=Limits(),
        )

    def _fresh_folder(self) -> Path:
        """Return the folder of this call, without the journal of an earlier session.

        The code under test may be another one by now: its old conversations must not count.
        """
        self._calls += 1
        name = re.sub(r"[^\w.-]+", "-", self.test).strip("-")
        if len(name) > _LONGEST:
            name = f"{name[:_LONGEST]}-{sha256(self.test.encode()).hexdigest()[:8]}"
        folder = self.folder / (name if self._calls == 1 else f"{name}-{self._calls}")
        (folder / JOURNAL).unlink(missing_ok=True)
        return folder


def _persona_of(character: Persona | Replier | str | Path, persona: Persona | None) -> Persona:
    if isinstance(character, Persona):
        return character
    if isinstance(character, (str, Path)):
        return load(character)
    if persona is not None:
        return persona
    if isinstance(character, PersonaAgent):
        return character.persona
    raise ValueError(f"whom does {type(character).__name__} play? pass persona=…")


def _name_of(character: Persona | Replier | str | Path, model: str) -> str:
    if isinstance(character, PersonaAgent):
        return character.model.name
    return model if isinstance(character, (Persona, str, Path)) else type(character).__name__


def _maker_of(
    character: Persona | Replier | str | Path,
    persona: Persona,
    guard: GuardMode | Guard,
    scorers: str,
) -> MakeAgent | None:
    """Return what makes the agent of a turn; None for a persona, whose parts the cast knows."""
    if isinstance(character, (Persona, str, Path)):
        if isinstance(guard, str):
            return None
        raise ValueError("a guard object judges an agent; name its scorers for a persona")
    if guard == "enforce" and _own_mode(character) != "enforce":
        raise ValueError(
            f"guard='enforce' cannot repair what {type(character).__name__} says: an agent repairs "
            "its own replies; leave guard out, or give a persona"
        )
    if guard == "off" or _own_mode(character) is not None:
        return lambda seed: _seeded(character, seed)
    judge = _named_guard(scorers) if isinstance(guard, str) else guard
    return lambda seed: Judged(_seeded(character, seed), persona, judge)


def _named_guard(scorers: str) -> Guard:
    from guards.catalog import load_named_guard

    return load_named_guard(scorers)


def _own_mode(character: Persona | Replier | str | Path) -> GuardMode | None:
    """Return how an agent's own guard works; None where it has none at work."""
    if isinstance(character, PersonaAgent) and character.mode != "off":
        return character.mode
    return None


def _judge_of(character: Persona | Replier | str | Path, guard: GuardMode | Guard) -> str:
    """Return the name of a guard that is an object; empty where the scorers name it."""
    if isinstance(character, PersonaAgent) and character.mode != "off":
        return f"{type(character.guard).__name__} {character.mode}"
    return "" if isinstance(guard, str) else f"{type(guard).__name__} warn"


def _seeded(agent: Replier, seed: int) -> Replier:
    """Let an agent that would draw a seed at each reply take that of the turn."""
    if isinstance(agent, PersonaAgent) and agent.options.seed is None:
        return replace(agent, options=replace(agent.options, seed=seed))
    return agent


def _crowd(users: Users, attacks: str, seed: int) -> Crowd:
    if not isinstance(users, (int, str)):
        if not users:
            raise ValueError("users must be at least 1, were: none")
        if attacks:
            raise ValueError("profiles carry their own attacks: set Profile.attacks instead")
        return Crowd(tuple(users), len(users))
    if isinstance(users, int) and users < 1:
        raise ValueError(f"users must be at least 1, was: {users}")
    try:
        return choose_users(str(users), attacks, seed=seed)
    except typer.Exit as error:  # the command has told why on standard error
        raise ValueError(f"no such users: {users!r} with attacks {attacks!r}") from error


def _refuse_broken(run: Run, most: int, report: Path) -> None:
    """Fail a test whose conversations broke off: what is left of them would flatter."""
    broken = [d for d in run.dialogues if d.status == "error"]
    if len(broken) > most:
        lines = [f"  {d.number}: {d.fault}: {d.error}" for d in broken[:_MOST_TOLD]]
        head = f"{len(broken)} of {len(run.dialogues)} conversations broke off:"
        pytest.fail("\n".join([head, *lines, f"report: {report}"]), pytrace=False)
