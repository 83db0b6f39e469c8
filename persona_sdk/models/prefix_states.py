"""PrefixStates: saved engine states by the tokens they stand for, least recently used out first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, TypeVar

State = TypeVar("State")


class PrefixStates(Generic[State]):
    """A bounded cache of the states that prompt prefixes leave in an engine.

    Args:
        capacity: How much to keep, in the unit of `size_of`; 0 keeps nothing.
        size_of: Size of a state that stands for this many tokens.
    """

    def __init__(self, capacity: int, size_of: Callable[[State, int], int]) -> None:
        if capacity < 0:
            raise ValueError(f"capacity must be at least 0, was: {capacity}")
        self._capacity = capacity
        self._size_of = size_of
        self._states: OrderedDict[tuple[Hashable, tuple[int, ...]], State] = OrderedDict()
        self.size = 0
        """How much is held."""

    def get(self, tokens: Sequence[int], under: Hashable = None) -> State | None:
        """Return the state that these tokens left, or None.

        Args:
            tokens: What was evaluated.
            under: What else the state depends on, such as the adapter that acted.
        """
        state = self._states.get(key := (under, tuple(tokens)))
        if state is not None:
            self._states.move_to_end(key)
        return state

    def put(self, tokens: Sequence[int], state: State, under: Hashable = None) -> None:
        """Keep a state; drops the least recently used ones, and this one if it alone is too big."""
        key = (under, tuple(tokens))
        if (old := self._states.pop(key, None)) is not None:
            self.size -= self._size_of(old, len(tokens))
        self._states[key] = state
        self.size += self._size_of(state, len(tokens))
        while self.size > self._capacity:
            (_, left), state = self._states.popitem(last=False)
            self.size -= self._size_of(state, len(left))

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """Go through the tokens whose states are kept, least recently used first."""
        return (tokens for _, tokens in self._states)

    def __len__(self) -> int:
        return len(self._states)
