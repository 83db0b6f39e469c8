"""The order in which rows are seen: rows of like length together, batches in a random order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from torch.utils.data import Sampler

from persona_sdk.seeds import derived

_BATCHES = 32
"""Batches among which rows are sorted: more pad less, fewer mix better."""


class LikeLengths(Sampler[int]):  # type: ignore[misc]
    """Yields each row once an epoch; depends on the seed and the epoch alone, so that it resumes.

    Args:
        lengths: Tokens of each row.
        batch: Rows that are padded to one length.
        seed: Of the order.
        epoch: Tells which epoch begins, from 0.
    """

    def __init__(
        self, lengths: Sequence[int], *, batch: int, seed: int, epoch: Callable[[], int]
    ) -> None:
        self._lengths = lengths
        self._batch = batch
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        return iter(like_lengths(self._lengths, self._batch, derived(self._seed, self._epoch())))


def like_lengths(lengths: Sequence[int], batch: int, seed: int) -> list[int]:
    """Return all places of `lengths`, those of a batch being of nearly the same length."""
    chance = random.Random(seed)
    places = list(range(len(lengths)))
    chance.shuffle(places)
    size = batch * _BATCHES
    batches: list[list[int]] = []
    for start in range(0, len(places), size):
        block = sorted(places[start : start + size], key=lambda i: lengths[i])
        batches += [block[i : i + batch] for i in range(0, len(block), batch)]
    short = [b for b in batches if len(b) < batch]
    whole = [b for b in batches if len(b) == batch]
    chance.shuffle(whole)
    return [i for b in (*whole, *short) for i in b]
