"""Keeps a chat model within an endpoint's limits: requests at once, requests and tokens a minute.

Trying again after a refusal is the endpoint's own business (`persona_sdk.models.endpoint`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Completion, GenerationOptions, Turn

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What an endpoint grants; None is no limit."""

    in_flight: int | None = None
    """Requests at once."""
    requests: int | None = None
    """Requests in any 60 seconds."""
    tokens: int | None = None
    """Tokens of prompts and completions in any 60 seconds. One request may go over it alone."""

    def __post_init__(self) -> None:
        for name in ("in_flight", "requests", "tokens"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, was: {value}")

    def shared(self, processes: int) -> Limits:
        """Return what each process may take, so that together they keep within the limits.

        Raises:
            ValueError: A limit is smaller than the number of processes.

        Example:
            >>> Limits(requests=10).shared(4).requests
            2
        """
        granted = (self.in_flight, self.requests, self.tokens)
        if small := [limit for limit in granted if limit is not None and limit < processes]:
            raise ValueError(f"{processes} processes cannot share a limit of {small[0]}")
        return Limits(*(None if limit is None else limit // processes for limit in granted))


class LimitedModel(WrapperModel):
    """A chat model whose callers wait until the limits let them through.

    A request counts as its prompt with as many tokens as it may write; once answered, as the
    tokens that it took, where the engine reports them.

    Args:
        model: What answers.
        limits: What it may be asked.
        clock: Seconds that only go up.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        model: ChatModel,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(model)
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._slots = threading.Semaphore(limits.in_flight) if limits.in_flight else None
        self._lock = threading.Lock()
        self._recent: deque[_Request] = deque()

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        with self._admitted(messages, options) as request:
            found = self._inner.generate(messages, options=options)
            written = sum(completion.completion_tokens for completion in found)
            if found and found[0].prompt_tokens and written:
                request.tokens = found[0].prompt_tokens + written
        return found

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        with self._admitted(messages, options):
            yield from self._inner.stream(messages, options=options)

    @contextmanager
    def _admitted(self, messages: Sequence[Turn], options: GenerationOptions) -> Iterator[_Request]:
        tokens = 0
        if self._limits.tokens is not None:
            tokens = self._inner.count_tokens(messages) + options.n * options.max_tokens
        if self._slots is None:
            yield self._counted(tokens)
            return
        with self._slots:
            yield self._counted(tokens)

    def _counted(self, tokens: int) -> _Request:
        """Wait for room in the last minute and take it."""
        while True:
            with self._lock:
                now = self._clock()
                wait = self._wait(tokens, now)
                if wait <= 0:
                    self._recent.append(request := _Request(now, tokens))
                    return request
            self._sleep(wait)

    def _wait(self, tokens: int, now: float) -> float:
        """Seconds until there may be room, 0 where there is."""
        while self._recent and now - self._recent[0].began >= _MINUTE:
            self._recent.popleft()
        if not self._recent:
            return 0.0
        requests, most = self._limits.requests, self._limits.tokens
        spent = sum(request.tokens for request in self._recent)
        full = requests is not None and len(self._recent) >= requests
        if full or (most is not None and spent + tokens > most):
            return max(self._recent[0].began + _MINUTE - now, 1e-3)
        return 0.0


@dataclass(slots=True)
class _Request:
    began: float
    tokens: int
