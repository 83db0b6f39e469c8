"""The threads that hold the conversations of one start of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from simulators.journal import Journal
from simulators.play import Ending, Event, ending_of, grown
from simulators.running.budget import Budget
from simulators.running.tally import Tally
from simulators.values import Dialogue, RunConfig

Step = Callable[[Dialogue], Event]
"""Takes one turn of a conversation that has not ended; called from many threads."""


class Work:
    """Holds conversations and journals each event as it comes.

    Args:
        config: Of the run.
        journal: Where events go.
        step: Takes a turn.
        budget: When to stop.
        tally: Where the run stands.
        on_progress: Called with the totals after each event, by one thread at a time.
    """

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

    def do(self, todo: Sequence[Dialogue], concurrency: int) -> None:
        """Hold the conversations; returns when the last thread has ended.

        Raises:
            KeyboardInterrupt: Ctrl-C; the turns in flight are journaled.
            BaseException: What stopped a thread other than a failing conversation.
        """
        waiting = iter(todo)
        # Not Thread.join: up to Python 3.12, Ctrl-C in it lets later joins return at once.
        ended = [threading.Event() for _ in range(min(concurrency, len(todo)))]
        threads = [
            threading.Thread(target=self._talk, args=(waiting, event), daemon=True)
            for event in ended
        ]
        try:
            for thread in threads:
                thread.start()
            for event in ended:
                event.wait()
        except BaseException:
            self._stopping = True
            for thread, event in zip(threads, ended, strict=True):
                if thread.ident is not None:
                    event.wait()
            raise
        if self._failure is not None:
            raise self._failure

    def _talk(self, waiting: Iterator[Dialogue], ended: threading.Event) -> None:
        try:
            while (dialogue := self._next(waiting)) is not None:
                self._converse(dialogue)
        except BaseException as error:  # raised again by the thread that waits
            self._failure = self._failure or error
            self._stopping = True
        finally:
            ended.set()

    def _next(self, waiting: Iterator[Dialogue]) -> Dialogue | None:
        with self._turn:
            found = None if self._stopping else next(waiting, None)
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


def _reopened(tally: Tally, dialogue: Dialogue) -> Tally:
    return replace(
        tally,
        running=tally.running + 1,
        failed=tally.failed - (dialogue.status == "error"),
        unfunded=tally.unfunded - (dialogue.status == "budget"),
    )
