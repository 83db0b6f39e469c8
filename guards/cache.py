"""A bounded, thread-safe memory of what a scorer has judged."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class ScoreCache(Generic[Key, Value]):
    """Keeps the `size` results that were used last.

    Args:
        size: Number of results, at least 1.

    Example:
        >>> lengths: ScoreCache[str, int] = ScoreCache(2)
        >>> lengths.through(["a", "bb", "a"], lambda keys: [len(k) for k in keys])
        [1, 2, 1]
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"size of a score cache must be at least 1, was: {size}")
        self._size = size
        self._lock = Lock()
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def through(
        self, keys: Sequence[Key], compute: Callable[[list[Key]], Sequence[Value]]
    ) -> list[Value]:
        """Return the result of each key, calling `compute` once for all that are not kept.

        Equal keys are computed once. `compute` runs outside the lock: two threads may judge the
        same key at the same time.
        """
        found = self._find(keys)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            computed = dict(zip(missing, compute(missing), strict=True))
            self._keep(computed)
            found |= computed
        return [found[key] for key in keys]

    def __len__(self) -> int:
        return len(self._kept)

    def _find(self, keys: Sequence[Key]) -> dict[Key, Value]:
        found: dict[Key, Value] = {}
        with self._lock:
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
        return found

    def _keep(self, computed: dict[Key, Value]) -> None:
        with self._lock:
            self._kept.update(computed)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
