"""SlotEngine: the thread that evaluates the prompts and writes the replies of all callers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from llama_cpp import Llama

from persona_sdk.errors import ModelError
from persona_sdk.models.llama_cells import LlamaCells, Rows
from persona_sdk.models.llama_slots import LlamaSlots, Slot
from persona_sdk.models.slot_request import SlotRequest

PROMPT_ROWS = 64
"""Prompt tokens of a batch: so long do replies that are being written wait for new prompts."""


class SlotEngine:
    """Serves requests of many threads in one context.

    Each batch holds a token of every reply that is being written, and up to `PROMPT_ROWS` tokens
    of prompts, the oldest request first. The thread ends where there is nothing to do.

    Args:
        llama: The live model, made with cells of its own for each of its sequences.
        cache_bytes: Memory for conversations that lost their slot.
    """

    def __init__(self, llama: Llama, cache_bytes: int) -> None:
        self._cells = LlamaCells(llama)
        self._slots = LlamaSlots(self._cells, cache_bytes)
        self._lock = threading.Lock()
        self._new: deque[SlotRequest] = deque()
        self._waiting: list[SlotRequest] = []
        self._thread: threading.Thread | None = None
        self.busy = 0
        """Slots that write a reply at present."""

    @property
    def prompt_tokens(self) -> int:
        """Tokens of prompts that had to be evaluated so far."""
        return self._slots.prompt_tokens

    def submit(self, requests: Sequence[SlotRequest]) -> None:
        """Take requests; each one's caller is woken when it is served.

        Raises:
            ModelError: The system has no thread to give.
        """
        with self._lock:
            self._new.extend(requests)
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        # Set before: Ctrl-C may come while it starts, and a second thread would share the context.
        self._thread = threading.Thread(target=self._work, name="slots", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            self._thread = None
            raise ModelError(f"the engine got no thread ({error}): run fewer at once") from error

    def _work(self) -> None:
        while self._has_work():
            try:
                self._step()
            # Whatever it is, every caller waits for this thread alone and must hear of it.
            except BaseException as error:
                self._fail(error)

    def _has_work(self) -> bool:
        with self._lock:
            self._waiting += self._new
            self._new.clear()
            if self._waiting or self._slots.busy:
                return True
            self._thread = None
            return False

    def _step(self) -> None:
        self._drop_cancelled()
        self._waiting = [request for request in self._waiting if not self._slots.place(request)]
        busy = self._slots.busy
        self.busy = len(busy)
        if not busy:
            return
        slots, rows = self._rows(busy)
        numbers = self._cells.evaluate(rows)
        for slot, row, number in zip(slots, rows, numbers, strict=True):
            del slot.ahead[: len(row.tokens)]
            if row.wanted:
                self._draw(slot, number)
        self.busy = len(self._slots.busy)

    def _rows(self, busy: Sequence[Slot]) -> tuple[list[Slot], list[Rows]]:
        left = PROMPT_ROWS
        found: dict[int, Rows] = {}
        for slot in sorted(busy, key=lambda slot: slot.used):
            count = 1 if len(slot.ahead) == 1 else min(len(slot.ahead), left)
            if len(slot.ahead) > 1:
                left -= count
            if count:
                wanted = count == len(slot.ahead)
                found[slot.number] = Rows(slot.number, slot.ahead[:count], wanted)
        # llama.cpp decodes neighbouring sequences together, in their order.
        slots = [slot for slot in busy if slot.number in found]
        return slots, [found[slot.number] for slot in slots]

    def _draw(self, slot: Slot, number: int) -> None:
        request = slot.request
        assert request is not None, "only a slot with a request is evaluated"
        token = self._cells.draw(request.sampler, number)
        if request.take(token):
            slot.ahead = [token]
        else:
            self._end(slot)

    def _end(self, slot: Slot, error: BaseException | None = None) -> None:
        request, slot.request, slot.ahead = slot.request, None, []
        if request is not None:
            request.finish(error)

    def _drop_cancelled(self) -> None:
        for slot in self._slots.busy:
            if slot.request is not None and slot.request.cancelled:
                self._end(slot)
        for request in self._waiting:
            if request.cancelled:
                request.finish()
        self._waiting = [request for request in self._waiting if not request.cancelled]

    def _fail(self, error: BaseException) -> None:
        waiting, self._waiting = self._waiting, []
        for slot in self._slots.busy:
            self._end(slot, error)
        for request in waiting:
            request.finish(error)
        self._slots.forget()
        self.busy = 0
