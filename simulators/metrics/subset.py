"""Some of many, where looking at all would take too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from persona_sdk.seeds import derived

Item = TypeVar("Item")


def at_most(items: Sequence[Item], most: int, *, seed: int = 0) -> list[Item]:
    """Return all items, or `most` of them drawn by chance, in their order.

    By chance and not every tenth: the users of a run come round in turn, and a step that divides
    their number would meet the same few again and again.

    Example:
        >>> at_most("abc", 3), len(at_most(range(1000), 10))
        (['a', 'b', 'c'], 10)
    """
    if len(items) <= most:
        return list(items)
    generator = np.random.default_rng(derived(seed, "subset"))
    return [items[i] for i in sorted(generator.choice(len(items), size=most, replace=False))]
