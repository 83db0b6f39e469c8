"""SlotRequest: one candidate that a caller waits for while an engine writes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue

from llama_cpp._internals import LlamaSampler

from persona_sdk.errors import ModelError
from persona_sdk.models.draft import Draft


@dataclass(slots=True, eq=False)
class SlotRequest:
    """What to write, and how the caller hears of it.

    The engine closes the sampler: it may be drawing from it when the caller leaves.
    """

    tokens: tuple[int, ...]
    """The prompt."""
    shared_start: int
    """Tokens of the prompt that other conversations begin with as well: the persona block."""
    sampler: LlamaSampler
    draft: Draft
    cancelled: bool = False
    """The caller has left."""
    _pieces: SimpleQueue[str | None] = field(default_factory=SimpleQueue)
    _done: threading.Event = field(default_factory=threading.Event)
    _error: BaseException | None = None

    def take(self, token: int) -> bool:
        """Add a token; say if more are wanted."""
        goes_on = self.draft.take(token)
        if self.draft.fresh:
            self._pieces.put(self.draft.fresh)
        return goes_on and not self.cancelled

    def finish(self, error: BaseException | None = None) -> None:
        """Wake the caller."""
        self._error = error
        try:
            self.sampler.close()
        finally:
            self._done.set()
            self._pieces.put(None)

    def wait(self) -> Draft:
        """Return the finished draft.

        Raises:
            ModelError: The engine failed.
        """
        self._done.wait()
        self._raise()
        return self.draft

    def pieces(self) -> Iterator[str]:
        """Yield the text as it comes.

        Raises:
            ModelError: The engine failed.
        """
        while (piece := self._pieces.get()) is not None:
            yield piece
        self._raise()

    def _raise(self) -> None:
        if self._error is not None:
            # A new error for each caller: a traceback belongs to one thread.
            raise ModelError(f"the engine failed: {self._error}") from self._error
