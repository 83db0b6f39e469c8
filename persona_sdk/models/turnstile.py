"""Turnstile: one caller at a time, and no caller ever waits for itself."""

from __future__ import annotations

import threading

from persona_sdk.errors import ModelBusy


class Turnstile:
    """A lock that raises where a plain lock would deadlock: in the thread that holds it.

    Args:
        what: What is guarded, for the error message.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._lock = threading.Lock()
        self._holder: int | None = None

    def refuse_holder(self) -> None:
        """Raise if this thread already holds the lock.

        Raises:
            ModelBusy: It does, so waiting would never end.
        """
        if self._holder == threading.get_ident():
            raise ModelBusy(
                f"{self._what!r} is still writing a stream that this thread reads: "
                "read it to its end or close it first"
            )

    def __enter__(self) -> None:
        self.refuse_holder()
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()
