"""PrefixStates: saved engine states by the tokens they stand for, least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

Tokens = tuple[int, ...]


class PrefixStates:
    """A bounded cache of the states that prompt prefixes leave in an engine.

    Args:
        capacity: Bytes of state to keep; 0 keeps none.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 0:
            raise ValueError(f"capacity must be at least 0, was: {capacity}")
        self._capacity = capacity
        self._states: OrderedDict[Tokens, bytearray] = OrderedDict()
        self.size = 0
        """Bytes held."""

    def get(self, tokens: Sequence[int]) -> bytearray | None:
        """Return the state that these tokens left, or None."""
        state = self._states.get(key := tuple(tokens))
        if state is not None:
            self._states.move_to_end(key)
        return state

    def put(self, tokens: Sequence[int], state: bytearray) -> None:
        """Keep a state; drops the least recently used ones, and this one if it alone is too big."""
        self.drop(tokens)
        self._states[tuple(tokens)] = state
        self.size += len(state)
        while self.size > self._capacity:
            _, old = self._states.popitem(last=False)
            self.size -= len(old)

    def drop(self, tokens: Sequence[int]) -> None:
        """Forget the state of these tokens, if there is one."""
        state = self._states.pop(tuple(tokens), None)
        self.size -= len(state) if state is not None else 0

    def __len__(self) -> int:
        return len(self._states)
