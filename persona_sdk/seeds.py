"""One tree of seeds: run, conversation, turn. Knowing the path is knowing the seed."""

from __future__ import annotations

import hashlib


def derived(seed: int, *path: str | int) -> int:
    """Return the seed of a branch, in [0, 2**31); other paths give other seeds.

    Example:
        >>> derived(7, "conversation", 3) == derived(7, "conversation", 3)
        True
    """
    text = "/".join([str(seed), *map(str, path)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
