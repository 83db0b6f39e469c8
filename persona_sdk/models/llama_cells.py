"""LlamaCells: the sequences of one llama.cpp context, and what each of them holds."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import llama_cpp
import numpy as np
from llama_cpp import Llama
from llama_cpp._internals import LlamaSampler
from numpy.typing import NDArray

from persona_sdk.errors import ModelError

_END = -1  # llama.cpp's open end of a range of positions


class Rows(NamedTuple):
    """Tokens to evaluate behind what a sequence holds."""

    sequence: int
    tokens: Sequence[int]
    wanted: bool
    """Whether a token will be drawn behind the last one."""


class LlamaCells:
    """Evaluates rows of several sequences in one batch. For one thread.

    Args:
        llama: The live model, made with cells of its own for each of its sequences.
    """

    def __init__(self, llama: Llama) -> None:
        count = llama_cpp.llama_n_seq_max(llama.ctx)
        self._llama = llama
        self._memory = llama_cpp.llama_get_memory(llama.ctx)
        self._batch = _Batch(llama.n_batch)
        self.held: list[list[int]] = [[] for _ in range(count)]
        """The tokens that each sequence has evaluated."""

    def evaluate(self, rows: Sequence[Rows]) -> list[int]:
        """Evaluate all rows at once; return the number of each one's last token in the batch.

        Raises:
            ModelError: llama.cpp could not.
        """
        self._batch.clear()
        lasts = [
            self._batch.add(row.tokens, len(self.held[row.sequence]), row.sequence, row.wanted)
            for row in rows
        ]
        code = llama_cpp.llama_decode(self._llama.ctx, self._batch.filled())
        if code != 0:
            raise ModelError(
                f"llama.cpp could not evaluate {len(self._batch)} tokens of {len(rows)} sequences "
                f"(llama_decode returned {code}): load the model with fewer slots or less context"
            )
        for row in rows:
            self.held[row.sequence] += row.tokens
        return lasts

    def draw(self, sampler: LlamaSampler, number: int) -> int:
        """Draw a token behind the token of that number in the last batch."""
        return int(llama_cpp.llama_sampler_sample(sampler.sampler, self._llama.ctx, number))

    def keep(self, sequence: int, tokens: int) -> None:
        """Forget all but the first tokens; all of them with a kind of model that cannot."""
        if not llama_cpp.llama_memory_seq_rm(self._memory, sequence, tokens, _END):
            llama_cpp.llama_memory_seq_rm(self._memory, sequence, 0, _END)
            tokens = 0
        del self.held[sequence][tokens:]

    def clear(self) -> None:
        """Forget everything."""
        llama_cpp.llama_memory_clear(self._memory, False)
        for tokens in self.held:
            tokens.clear()

    def saved(self, sequence: int) -> bytearray:
        """Return a copy of what a sequence holds."""
        size = llama_cpp.llama_state_seq_get_size(self._llama.ctx, sequence)
        state = bytearray(size)
        buffer = (ctypes.c_uint8 * size).from_buffer(state)
        used = llama_cpp.llama_state_seq_get_data(self._llama.ctx, buffer, size, sequence)
        return state if used == size else state[:used]

    def restore(self, sequence: int, tokens: Sequence[int], state: bytearray) -> None:
        """Put a copy in place of what a sequence holds; nothing if llama.cpp refuses it."""
        self.keep(sequence, 0)
        buffer = (ctypes.c_uint8 * len(state)).from_buffer(state)
        used = llama_cpp.llama_state_seq_set_data(self._llama.ctx, buffer, len(state), sequence)
        if used:
            self.held[sequence][:] = tokens
        else:
            self.keep(sequence, 0)


class _Batch:
    """The arrays of a `llama_batch`, filled through numpy."""

    def __init__(self, size: int) -> None:
        self._tokens = np.zeros(size, np.int32)
        self._positions = np.zeros(size, np.int32)
        self._counts = np.ones(size, np.int32)
        self._sequences = np.zeros(size, np.int32)
        first = self._sequences.ctypes.data
        self._pointers = first + 4 * np.arange(size, dtype=np.uintp)
        self._wanted = np.zeros(size, np.int8)
        self._batch = llama_cpp.llama_batch(
            token=_pointer(self._tokens, llama_cpp.llama_token),
            pos=_pointer(self._positions, llama_cpp.llama_pos),
            n_seq_id=_pointer(self._counts, ctypes.c_int32),
            seq_id=_pointer(self._pointers, ctypes.POINTER(llama_cpp.llama_seq_id)),
            logits=_pointer(self._wanted, ctypes.c_int8),
        )

    def clear(self) -> None:
        self._batch.n_tokens = 0

    def add(self, tokens: Sequence[int], position: int, sequence: int, wanted: bool) -> int:
        """Add tokens of a sequence from a position on; return the number of the last."""
        start = self._batch.n_tokens
        end: int = start + len(tokens)
        self._tokens[start:end] = tokens
        self._positions[start:end] = range(position, position + len(tokens))
        self._sequences[start:end] = sequence
        self._wanted[start:end] = 0
        self._wanted[end - 1] = wanted
        self._batch.n_tokens = end
        return end - 1

    def filled(self) -> llama_cpp.llama_batch:
        return self._batch

    def __len__(self) -> int:
        return int(self._batch.n_tokens)


def _pointer(array: NDArray[np.generic], kind: type) -> object:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two sequences begin with alike.

    Example:
        >>> shared([1, 2, 3], [1, 2, 4, 5])
        2
    """
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
