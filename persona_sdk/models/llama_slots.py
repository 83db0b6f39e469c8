"""LlamaSlots: which sequence of a context a request goes to, so that little is evaluated twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from persona_sdk.models.llama_cells import LlamaCells, shared
from persona_sdk.models.prefix_states import PrefixStates
from persona_sdk.models.slot_request import SlotRequest

_WORTH_WAITING = 16  # tokens: a shorter common start is sooner evaluated again than waited for


@dataclass(slots=True, eq=False)
class Slot:
    """A sequence, and the request that it serves."""

    number: int
    request: SlotRequest | None = None
    ahead: list[int] = field(default_factory=list)
    """Tokens to evaluate before the next one can be drawn."""
    used: int = 0
    """When it was last given a request, as a count of requests."""


class LlamaSlots:
    """Gives requests a sequence that holds the start of their prompt, or copies one there.

    A sequence remembers what it evaluated, so the next turn of a conversation goes back to it.
    What a conversation must leave to another one is kept aside, least recently used out first.

    Args:
        cells: The sequences.
        cache_bytes: Memory for what is kept aside.
    """

    def __init__(self, cells: LlamaCells, cache_bytes: int) -> None:
        self._cells = cells
        self._kept: PrefixStates[bytearray] = PrefixStates(cache_bytes, _bytes_of)
        self._requests = 0
        self.prompt_tokens = 0
        """Tokens of prompts that had to be evaluated so far."""
        self.all = [Slot(number) for number in range(len(cells.held))]

    @property
    def busy(self) -> list[Slot]:
        """The slots that serve a request."""
        return [slot for slot in self.all if slot.request is not None]

    def place(self, request: SlotRequest) -> bool:
        """Give a request a slot; False if none is free or its start is just being evaluated."""
        free = [slot for slot in self.all if slot.request is None]
        if not free or self._is_coming(request.tokens):
            return False
        slot = self._continued(free, request) or self._cleared(free, request.tokens)
        self._requests += 1
        slot.request, slot.used = request, self._requests
        slot.ahead = list(request.tokens[len(self._cells.held[slot.number]) :])
        self.prompt_tokens += len(slot.ahead)
        return True

    def forget(self) -> None:
        """Free all slots and drop all that they hold; for use behind an error."""
        for slot in self.all:
            slot.request = None
        self._cells.clear()

    def _is_coming(self, tokens: Sequence[int]) -> bool:
        coming = [shared(slot.request.tokens, tokens) for slot in self.all if slot.request]
        there = [shared(held, tokens) for held in self._cells.held]
        _, kept = self._longest_kept(tokens)
        return max(coming, default=0) > max(*there, kept) + _WORTH_WAITING

    def _continued(self, free: Sequence[Slot], request: SlotRequest) -> Slot | None:
        """Return the free slot whose conversation the request goes on with."""
        slot = max(free, key=lambda slot: self._usable(slot, request.tokens))
        usable = self._usable(slot, request.tokens) - request.shared_start
        own = len(self._cells.held[slot.number]) - request.shared_start
        if usable <= 0 or 2 * usable < own:
            return None
        self._cells.keep(slot.number, usable + request.shared_start)
        return slot

    def _cleared(self, free: Sequence[Slot], tokens: Sequence[int]) -> Slot:
        """Return the slot that was not used for longest, with the longest start known anywhere."""
        slot = min(free, key=lambda slot: slot.used)
        usable = self._usable(slot, tokens)
        source = max(self.all, key=lambda source: self._usable(source, tokens))
        kept, known = self._longest_kept(tokens)
        state = self._kept.get(kept)
        if usable < len(self._cells.held[slot.number]):
            self._kept.put(self._cells.held[slot.number], self._cells.saved(slot.number))
        if state is not None and known > self._usable(source, tokens):
            self._cells.restore(slot.number, kept, state)
        elif self._usable(source, tokens) > usable:
            copied = self._cells.saved(source.number)
            self._cells.restore(slot.number, self._cells.held[source.number], copied)
        self._cells.keep(slot.number, self._usable(slot, tokens))
        return slot

    def _usable(self, slot: Slot, tokens: Sequence[int]) -> int:
        # The last token of a prompt is always evaluated: it yields the logits.
        return min(shared(self._cells.held[slot.number], tokens), len(tokens) - 1)

    def _longest_kept(self, tokens: Sequence[int]) -> tuple[tuple[int, ...], int]:
        best = max(self._kept, key=lambda kept: shared(kept, tokens), default=())
        return best, min(shared(best, tokens), len(tokens) - 1)


def _bytes_of(state: bytearray, tokens: int) -> int:
    return len(state)
