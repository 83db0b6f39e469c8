"""Turnstile: one caller at a time, and no caller ever waits for itself."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing

from persona_sdk.errors import ModelBusy


class Turnstile:
    """A lock that raises where a plain lock would deadlock: in the thread that holds it.

    A stream holds it from its first piece to its end, on behalf of the thread that took the last
    piece: that is the thread that would wait for itself.

    Args:
        what: What is guarded, for the error message.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._lock = threading.Lock()
        self._holder: threading.Thread | None = None

    def refuse_holder(self) -> None:
        """Raise if this thread already holds the lock.

        Raises:
            ModelBusy: It does, so waiting would never end.
        """
        if self._holder is threading.current_thread():
            raise ModelBusy(
                f"{self._what!r} is still writing a stream that this thread reads: "
                "read it to its end or close it first"
            )

    def stream(self, pieces: Generator[str, None, None]) -> Generator[str, None, None]:
        """Yield the pieces, holding the lock; each may be taken by another thread.

        Raises:
            ModelBusy: The thread that takes the first piece holds the lock already.
        """
        with self, closing(pieces):
            for piece in pieces:
                yield piece
                self._holder = threading.current_thread()

    def __enter__(self) -> None:
        self.refuse_holder()
        self._lock.acquire()
        self._holder = threading.current_thread()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()
