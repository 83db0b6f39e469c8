"""Counts tokens and seconds for whoever calls a model, so that each side of a turn has its own."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Completion, GenerationOptions, Turn
from simulators.values import Usage


class Counter:
    """What was spent within one `counting` block, by the thread that opened it."""

    __slots__ = ("_began", "completion_tokens", "prompt_tokens", "seconds")

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.seconds = 0.0
        """Wall-clock of the whole block; 0 until it ends."""

    def stop(self) -> None:
        """Take the time."""
        self.seconds = time.perf_counter() - self._began

    @property
    def usage(self) -> Usage:
        return Usage(self.prompt_tokens, self.completion_tokens, self.seconds)


_CURRENT: ContextVar[Counter | None] = ContextVar("_CURRENT", default=None)


@contextmanager
def counting() -> Iterator[Counter]:
    """Count what `MeteredModel`s are asked for in this block and thread.

    Example:
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> model = MeteredModel(ScriptedModel("I keep bees."))
        >>> with counting() as spent:
        ...     _ = model.generate([Turn("user", "Well?")], options=GenerationOptions())
        >>> spent.usage.prompt_tokens, spent.usage.completion_tokens
        (1, 3)
    """
    counter = Counter()
    token = _CURRENT.set(counter)
    try:
        yield counter
    finally:
        _CURRENT.reset(token)
        counter.stop()


class MeteredModel(WrapperModel):
    """A chat model whose tokens are counted; it says and does what the model inside does.

    Of a stream each piece counts as a token, and the prompt is not counted.
    """

    def __init__(self, model: ChatModel) -> None:
        super().__init__(model)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        found = self._inner.generate(messages, options=options)
        if (counter := _CURRENT.get()) is not None and found:
            counter.prompt_tokens += found[0].prompt_tokens
            counter.completion_tokens += sum(c.completion_tokens for c in found)
        return found

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        pieces = self._inner.stream(messages, options=options)
        try:
            for piece in pieces:
                if (counter := _CURRENT.get()) is not None:
                    counter.completion_tokens += 1
                yield piece
        finally:
            pieces.close()
