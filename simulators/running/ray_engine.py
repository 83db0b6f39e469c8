"""Plays turns in Ray's workers; this process keeps the journal (extra `ray`)."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from persona_sdk.errors import MissingExtra, ModelUnavailable
from simulators.play import Ending, Event
from simulators.running.work import Step
from simulators.stress import MakeAgent, MakeUser, local_step
from simulators.values import Dialogue, RunConfig

try:
    import ray
    from ray.exceptions import RayError, RayTaskError
except ImportError as error:
    raise MissingExtra("ray", "ray") from error

_THREADS = 64  # turns that one worker may play at once: the model inside decides how many it does
_RETRIES = 2


@contextmanager
def ray_steps(
    config: RunConfig, make_agent: MakeAgent, make_user: MakeUser, *, workers: int
) -> Iterator[Step]:
    """Start workers, on the cluster that `RAY_ADDRESS` names or else here, and end them after.

    A conversation stays with one worker, which keeps its prompts warm. A worker that dies is
    started again, and its turns are played again; those that fail thrice break off, with the
    engine to blame.

    Args:
        config: What the run is.
        make_agent: Pickled to the workers with `make_user`; what both hold is one object there.
        make_user: As above.
        workers: How many processes.

    Raises:
        ModelUnavailable: Ray does not start, or the cluster does not answer.
    """
    started = _connect(workers)
    try:
        remote = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=_RETRIES)(_Worker)
        # Pickled once and as one, so that a model both sides share is loaded once a worker.
        table = ray.put((config, make_agent, make_user))
        hands = [remote.options(max_concurrency=_THREADS).remote() for _ in range(workers)]

        def step(dialogue: Dialogue) -> Event:
            hand = hands[dialogue.number % workers]
            try:
                event: Event = ray.get(hand.advance.remote([table], dialogue))
            except RayTaskError as error:  # as it would be raised without Ray
                raise error.cause from error
            except RayError as error:
                return _broken_worker(error)
            return event

        yield step
    finally:
        if started:
            ray.shutdown()


class _Worker:
    """Lives in a process of its own; the model is loaded by whoever asks it first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._step: Step | None = None

    def advance(self, table: list[ray.ObjectRef], dialogue: Dialogue) -> Event:
        """Play one turn; `table` holds the run, in a list so that Ray does not send it again."""
        with self._lock:
            self._step = self._step or local_step(*ray.get(table[0]))
        event = self._step(dialogue)
        if isinstance(event, Ending):
            return replace(event, cause=None)  # an exception need not be picklable
        return event


def _connect(workers: int) -> bool:
    """Return whether Ray was started here, and so must be ended here."""
    if ray.is_initialized():
        return False
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # With an address Ray joins a cluster, and refuses what says how to start one.
    elsewhere = bool(os.environ.get("RAY_ADDRESS"))
    try:
        ray.init(
            num_cpus=None if elsewhere else workers,
            include_dashboard=None if elsewhere else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, RuntimeError) as error:
        where = f"at RAY_ADDRESS {os.environ['RAY_ADDRESS']}" if elsewhere else "here"
        raise ModelUnavailable(
            f"Ray cannot be used {where} ({error}): start it, or leave out --engine ray"
        ) from error
    return True


def _broken_worker(error: RayError) -> Ending:
    first = str(error).strip().splitlines()[0]
    return Ending("error", "engine", f"a worker of Ray failed: {first}", error)
