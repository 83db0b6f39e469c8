"""Many conversations at once, journaled turn by turn: a run that was killed goes on where it was.

Each conversation has its own branch of the seed, so the result depends neither on how many run
at once nor on which of them ends first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Literal

from persona_sdk.profile import Profile
from persona_sdk.seeds import derived
from simulators.journal import Journal
from simulators.play import Event, advance
from simulators.protocols import Replier, User
from simulators.running.budget import Budget
from simulators.running.tally import Tally, tally_of
from simulators.running.work import Step, Work
from simulators.values import Dialogue, Run, RunConfig, Status

Engine = Literal["local", "ray"]
"""`local` talks in threads of this process, `ray` in processes that may stand elsewhere."""

MakeAgent = Callable[[int], Replier]
"""Makes the character for one turn, with the seed of that turn."""

MakeUser = Callable[[Profile, int], User]
"""Makes the user of one conversation, with its seed."""

REOPENED: frozenset[Status] = frozenset({"running", "budget"})
"""Conversations that a new start of the run goes on with."""


def stress(
    config: RunConfig,
    make_agent: MakeAgent,
    make_user: MakeUser,
    *,
    folder: str | Path,
    concurrency: int = 8,
    engine: Engine = "local",
    workers: int = 2,
    budget: Budget | None = None,
    retry: bool = False,
    on_progress: Callable[[Tally], None] | None = None,
) -> Run:
    """Hold all conversations of a run, or those that an earlier start has left.

    A conversation that fails ends with status `error` and the party to blame; the others go on.
    Ctrl-C lets the turns in flight finish and journals them, a second one drops them.

    Args:
        config: What the run is.
        make_agent: The character; with the `ray` engine it must be picklable.
        make_user: The user; likewise.
        folder: Where the journal stands.
        concurrency: Conversations at once, at least 1.
        engine: Where they are held.
        workers: Processes of the `ray` engine, at least 1.
        budget: When to stop; None never stops.
        retry: Go on with conversations that an error broke off, as well.
        on_progress: Called with the totals at the start and after each event, by one thread at a
            time.

    Returns:
        The whole run, with what earlier starts have done.

    Raises:
        ValueError: There are no conversations, turns, users or threads.
        StoreError: The journal cannot be used or written; all turns before are kept.
        MissingExtra: The engine is not installed.

    Example:
        >>> from functools import partial
        >>> from persona_sdk.agent import PersonaAgent
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> from persona_sdk.types import Persona
        >>> from simulators.plain import PlainUser
        >>> from simulators.scripted import ScriptedUser
        >>> import tempfile
        >>> tess, ada = Persona("Tess", ()), Profile("ada")
        >>> config = RunConfig(tess, (ada,), 2, 5, 7, "scripted", "scripted", "off")
        >>> agent = PersonaAgent(tess, ScriptedModel("Bees.", cycle=True), None, mode="off")
        >>> user = PlainUser(ScriptedUser(("What do you keep?",)))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run = stress(config, lambda seed: agent, lambda *_: user, folder=folder)
        >>> [dialogue.status for dialogue in run.dialogues]
        ['satisfied', 'satisfied']
    """
    _check(config, concurrency=concurrency, workers=workers)
    with Journal(folder, config) as journal:
        todo = [d for d in journal.dialogues if _is_open(d, retry)]
        tally = tally_of(journal.dialogues)
        if on_progress is not None:
            on_progress(tally)
        dialogues = list(journal.dialogues)
        if todo:
            with _steps(config, make_agent, make_user, engine, workers) as step:
                work = Work(config, journal, step, budget or Budget(), tally, on_progress)
                work.do(todo, concurrency)
            for dialogue in work.dialogues:
                dialogues[dialogue.number] = dialogue
    return Run(config, tuple(dialogues))


def local_step(config: RunConfig, make_agent: MakeAgent, make_user: MakeUser) -> Step:
    """Return what plays a turn here; where a conversation stands decides all its seeds."""

    @lru_cache(maxsize=256)
    def user_of(number: int, seed: int) -> User:
        profile = config.profiles[number % len(config.profiles)]
        return make_user(profile, derived(seed, "user"))

    def step(dialogue: Dialogue) -> Event:
        turn = len(dialogue.exchanges)
        agent = make_agent(derived(dialogue.seed, "character", turn))
        user = user_of(dialogue.number, dialogue.seed)
        return advance(agent, user, dialogue, greeting=config.persona.greeting)

    return step


def _is_open(dialogue: Dialogue, retry: bool) -> bool:
    return dialogue.status in REOPENED or (retry and dialogue.status == "error")


def _steps(
    config: RunConfig, make_agent: MakeAgent, make_user: MakeUser, engine: Engine, workers: int
) -> AbstractContextManager[Step]:
    if engine == "local":
        return nullcontext(local_step(config, make_agent, make_user))
    from simulators.running.ray_engine import ray_steps

    return ray_steps(config, make_agent, make_user, workers=workers)


def _check(config: RunConfig, **at_least_one: int) -> None:
    wanted = {"conversations": config.conversations, "turns": config.turns, **at_least_one}
    for name, value in wanted.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, was: {value}")
    if not config.profiles:
        raise ValueError("a run needs at least one user, was given none")
