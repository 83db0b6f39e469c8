"""Many conversations at once, journaled turn by turn: a run that was killed goes on where it was.

Each conversation has its own branch of the seed, so the result depends neither on how many run
at once nor on which of them ends first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from persona_sdk.profile import Profile
from simulators.budget import Budget
from simulators.journal import Journal
from simulators.play import Ending, Event, advance, ending_of, grown
from simulators.protocols import Replier, User
from simulators.seeds import derived
from simulators.tally import Tally, tally_of
from simulators.values import Dialogue, Run, RunConfig, Status

Engine = Literal["local", "ray"]
"""`local` talks in threads of this process, `ray` in processes that may stand elsewhere."""

MakeAgent = Callable[[int], Replier]
"""Makes the character for one turn, with the seed of that turn."""

MakeUser = Callable[[Profile, int], User]
"""Makes the user of one conversation, with its seed."""

Step = Callable[[Dialogue], Event]
"""Takes one turn of a conversation that has not ended; called from many threads."""

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
                work = _Work(config, journal, step, budget or Budget(), tally, on_progress)
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


class _Work:
    """The threads of one start, and what they have come to."""

    def __init__(
        self,
        config: RunConfig,
        journal: Journal,
        step: Step,
        budget: Budget,
        tally: Tally,
        on_progress: Callable[[Tally], None] | None,
    ) -> None:
        self._config = config
        self._journal = journal
        self._step = step
        self._budget = budget
        self._on_progress = on_progress
        self._tally = tally
        self._began = time.monotonic()
        self._turn = threading.Lock()
        self._stopping = False
        self._failure: BaseException | None = None
        self.dialogues: list[Dialogue] = []
        """Those that this start worked on, in the order in which they ended."""

    def do(self, todo: Iterable[Dialogue], concurrency: int) -> None:
        """Hold the conversations; returns when the last thread has ended.

        Raises:
            KeyboardInterrupt: Ctrl-C; the turns in flight are journaled.
            BaseException: What stopped a thread other than a failing conversation.
        """
        waiting = iter(todo)
        threads = [
            threading.Thread(target=self._talk, args=(waiting,), daemon=True)
            for _ in range(concurrency)
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._stopping = True
            for thread in threads:
                thread.join()
            raise
        if self._failure is not None:
            raise self._failure

    def _talk(self, waiting: Iterable[Dialogue]) -> None:
        try:
            while (dialogue := self._next(waiting)) is not None:
                self._converse(dialogue)
        except BaseException as error:  # raised again by the thread that waits
            self._failure = self._failure or error
            self._stopping = True

    def _next(self, waiting: Iterable[Dialogue]) -> Dialogue | None:
        with self._turn:
            found = None if self._stopping else next(iter(waiting), None)
            if found is not None:
                self._tally = _reopened(self._tally, found)
            return found

    def _converse(self, dialogue: Dialogue) -> None:
        was = dialogue.status
        dialogue = replace(dialogue, status="running", fault=None, error="")
        while dialogue.status == "running" and not self._stopping:
            event = self._next_event(dialogue)
            told = was == "budget" and isinstance(event, Ending) and event.status == "budget"
            if not told:
                self._journal.write(dialogue.number, len(dialogue.exchanges), event)
            was = "running"
            dialogue = grown(dialogue, event)
            self._count(event)
        with self._turn:
            self.dialogues.append(dialogue)

    def _next_event(self, dialogue: Dialogue) -> Event:
        greeting = self._config.persona.greeting
        if ended := ending_of(dialogue, turns=self._config.turns, greeting=greeting):
            return ended
        if self._budget.is_used_up(self._tally, time.monotonic() - self._began):
            return Ending("budget")
        return self._step(dialogue)

    def _count(self, event: Event) -> None:
        with self._turn:
            self._tally = self._tally.after(event)
            if self._on_progress is not None:
                self._on_progress(self._tally)


def _is_open(dialogue: Dialogue, retry: bool) -> bool:
    return dialogue.status in REOPENED or (retry and dialogue.status == "error")


def _reopened(tally: Tally, dialogue: Dialogue) -> Tally:
    return replace(
        tally,
        running=tally.running + 1,
        failed=tally.failed - (dialogue.status == "error"),
        unfunded=tally.unfunded - (dialogue.status == "budget"),
    )


def _steps(
    config: RunConfig, make_agent: MakeAgent, make_user: MakeUser, engine: Engine, workers: int
) -> AbstractContextManager[Step]:
    if engine == "local":
        return nullcontext(local_step(config, make_agent, make_user))
    from simulators.ray_engine import ray_steps

    return ray_steps(config, make_agent, make_user, workers=workers)


def _check(config: RunConfig, **at_least_one: int) -> None:
    wanted = {"conversations": config.conversations, "turns": config.turns, **at_least_one}
    for name, value in wanted.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, was: {value}")
    if not config.profiles:
        raise ValueError("a run needs at least one user, was given none")
