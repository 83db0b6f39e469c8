"""LlamaDecoder: evaluates prompts in chunks, reuses what is already evaluated, decodes replies."""

from __future__ import annotations

import ctypes
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

import llama_cpp
import numpy as np
from llama_cpp import Llama
from llama_cpp._internals import LlamaSampler

from persona_sdk.errors import ModelError
from persona_sdk.models.llama_adapters import LlamaAdapter, LlamaAdapters
from persona_sdk.models.llama_score import ROWS, blocks, log_probabilities, row_of_logits
from persona_sdk.models.llama_vocabulary import Chunk
from persona_sdk.models.prefix_states import PrefixStates
from persona_sdk.models.turnstile import Turnstile

_END = -1  # llama.cpp's open end of a range of positions
_LAST_ROW = -1


class _Mark(int):
    """A zero that is told from every other zero by its identity."""


class LlamaDecoder:
    """Drives the context of one live Llama; one caller at a time.

    A chunk is always evaluated as a whole, behind the same chunks and in the same cells, so the
    logits behind a prompt do not depend on what was evaluated before it: floating-point sums
    differ with the shape of a batch, and a reply sampled from them would differ too. For the same
    reason a reply that was decoded token by token is evaluated again when it comes back as a turn.
    What was evaluated under one adapter is never used under another.

    Get it from `decoder_of`: two of them over one Llama would not know of each other.

    Args:
        llama: The live model. What it evaluates on its own in between is noticed and discarded.
        name: What the model is called, for the error message of `turnstile`.
    """

    def __init__(self, llama: Llama, name: str) -> None:
        self.turnstile = Turnstile(name)
        """Lets one caller at a time to the context."""
        self.adapters = LlamaAdapters(llama)
        """The adapters that callers name."""
        self._llama = llama
        self._mark = _Mark()
        self._memory = llama_cpp.llama_get_memory(llama.ctx)
        self._batch = llama_cpp.llama_batch_init(llama.n_batch, 0, 1)
        weakref.finalize(self, llama_cpp.llama_batch_free, self._batch)
        self._chunks: list[Chunk] = []
        self._positions = 0

    def prepare(
        self,
        chunks: Sequence[Chunk],
        states: PrefixStates[bytearray],
        adapter: LlamaAdapter | None = None,
    ) -> None:
        """Evaluate a prompt, as far as it is not in the context yet.

        Args:
            chunks: The prompt.
            states: Where the states of first chunks, the persona blocks, are kept.
            adapter: What acts on the prompt and on what is decoded behind it.

        Raises:
            ModelError: llama.cpp could not evaluate it.
        """
        self._rewind(chunks, states, adapter)
        for chunk in chunks[len(self._chunks) :]:
            self._evaluate(chunk)
            if len(self._chunks) == 1 and len(chunks) > 1:
                states.put(chunk, self._saved_state(), adapter)

    def draw(self, sampler: LlamaSampler, row: int = _LAST_ROW) -> int:
        """Draw a token from the logits of a row of what was evaluated last."""
        return int(llama_cpp.llama_sampler_sample(sampler.sampler, self._llama.ctx, row))

    def decode(self, sampler: LlamaSampler, token: int) -> Iterator[int]:
        """Yield `token`, which was drawn behind the prompt, and what follows it, without end."""
        position = self._positions
        while True:
            yield token
            self._put(0, token, position, 0, wanted=True)
            self._run(1)
            position += 1
            token = self.draw(sampler)

    def log_likelihood(self, tokens: Chunk) -> list[float]:
        """Return the natural log-probability of each token behind the prompt.

        Raises:
            ModelError: llama.cpp could not evaluate them.
        """
        vocabulary = self._llama.n_vocab()
        found: list[float] = []
        if tokens:
            first = row_of_logits(self._llama.ctx, _LAST_ROW, vocabulary)
            found += log_probabilities(first[None], tokens[:1])
        position = self._positions
        for part, following in blocks(tokens, min(ROWS, self._llama.n_batch)):
            for row, token in enumerate(part):
                self._put(row, token, position + row, 0, wanted=True)
            self._run(len(part))
            position += len(part)
            rows = [row_of_logits(self._llama.ctx, row, vocabulary) for row in range(len(part))]
            found += log_probabilities(np.stack(rows), following)
        return found

    def candidates(
        self,
        chunks: Sequence[Chunk],
        states: PrefixStates[bytearray],
        samplers: Sequence[LlamaSampler],
        take: Callable[[int, int], bool],
        *,
        limit: int,
        adapter: LlamaAdapter | None = None,
    ) -> None:
        """Decode one candidate a sampler behind the prompt, which is evaluated once.

        They are decoded together on a GPU, where the context has a sequence and cells for each,
        else one after another.

        Args:
            chunks: The prompt.
            states: As for `prepare`.
            samplers: One for each candidate.
            take: Called with a candidate's number and its next token; says if it wants more.
            limit: Tokens that a candidate takes at most.
            adapter: As for `prepare`.
        """
        self.prepare(chunks, states, adapter)
        firsts = [self.draw(sampler) for sampler in samplers]
        if len(samplers) > 1 and self._fits(len(samplers), limit):
            self._decode_together(samplers, firsts, take)
            return
        for number, (sampler, first) in enumerate(zip(samplers, firsts, strict=True)):
            if number and not self._forget(self._positions):
                self.prepare(chunks, states, adapter)
            for token in self.decode(sampler, first):
                if not take(number, token):
                    break

    def _decode_together(
        self,
        samplers: Sequence[LlamaSampler],
        firsts: Sequence[int],
        take: Callable[[int, int], bool],
    ) -> None:
        for number in range(1, len(samplers)):
            llama_cpp.llama_memory_seq_cp(self._memory, 0, number, 0, _END)
        position = self._positions
        tokens = dict(enumerate(firsts))
        try:
            while tokens := {n: token for n, token in tokens.items() if take(n, token)}:
                for row, (number, token) in enumerate(tokens.items()):
                    self._put(row, token, position, number, wanted=True)
                self._run(len(tokens))
                position += 1
                tokens = {n: self.draw(samplers[n], row) for row, n in enumerate(tokens)}
        finally:
            llama_cpp.llama_memory_seq_keep(self._memory, 0)

    def _fits(self, candidates: int, limit: int) -> bool:
        """Whether a GPU decodes and the shared cells hold the prompt once and each reply."""
        return (
            # On CPUs 4 tokens of a batch took 0.94 of the time of 4 batches: not worth replies
            # that differ with the number of candidates.
            bool(self._llama.model_params.n_gpu_layers)
            and bool(self._llama.context_params.kv_unified)
            and candidates <= llama_cpp.llama_n_seq_max(self._llama.ctx)
            and candidates <= self._llama.n_batch
            and self._positions + candidates * limit <= self._llama.n_ctx()
        )

    def _rewind(
        self,
        chunks: Sequence[Chunk],
        states: PrefixStates[bytearray],
        adapter: LlamaAdapter | None,
    ) -> None:
        """Keep or restore the longest start of the prompt that was evaluated chunk by chunk."""
        held, self._chunks, self._positions = self._chunks, [], 0
        used, switched = self._used_by_others(), self.adapters.use(adapter)
        if used or switched:
            held = []
        pairs = zip(held, chunks[:-1], strict=False)  # the last chunk yields the logits
        kept = [chunk for chunk, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
        positions = sum(map(len, kept))
        if kept and self._forget(positions):
            self._chunks, self._positions = kept, positions
            return
        llama_cpp.llama_memory_clear(self._memory, False)
        state = states.get(chunks[0], adapter) if len(chunks) > 1 else None
        if state is not None and self._restored(state):
            self._chunks, self._positions = [chunks[0]], len(chunks[0])

    def _used_by_others(self) -> bool:
        """Whether the Llama did anything on its own since the last call."""
        used = self._llama.n_tokens is not self._mark
        if used:
            self._llama.reset()
        # Whatever a Llama does to its context, it counts anew. A new mark each time, because
        # `load_state` of a Llama brings an old one back.
        self._mark = self._llama.n_tokens = _Mark()
        return used

    def _forget(self, positions: int) -> bool:
        """Drop all but the first positions; some kinds of model cannot, then False."""
        return bool(llama_cpp.llama_memory_seq_rm(self._memory, 0, positions, _END))

    def _evaluate(self, chunk: Chunk) -> None:
        size = self._llama.n_batch
        for start in range(0, len(chunk), size):
            part = chunk[start : start + size]
            for row, token in enumerate(part):
                wanted = row == len(part) - 1
                self._put(row, token, self._positions + start + row, 0, wanted=wanted)
            self._run(len(part))
        self._chunks.append(chunk)
        self._positions += len(chunk)

    def _put(self, row: int, token: int, position: int, sequence: int, *, wanted: bool) -> None:
        batch = self._batch
        batch.token[row] = token
        batch.pos[row] = position
        batch.n_seq_id[row] = 1
        batch.seq_id[row][0] = sequence
        batch.logits[row] = wanted

    def _run(self, rows: int) -> None:
        self._batch.n_tokens = rows
        code = llama_cpp.llama_decode(self._llama.ctx, self._batch)
        if code != 0:
            raise ModelError(
                f"llama.cpp could not evaluate {rows} tokens (llama_decode returned {code}): "
                "load the model with a larger context size"
            )

    def _saved_state(self) -> bytearray:
        size = llama_cpp.llama_state_seq_get_size(self._llama.ctx, 0)
        buffer = (ctypes.c_uint8 * size)()
        used = llama_cpp.llama_state_seq_get_data(self._llama.ctx, buffer, size, 0)
        return bytearray(memoryview(buffer)[:used])

    def _restored(self, state: bytearray) -> bool:
        buffer = (ctypes.c_uint8 * len(state)).from_buffer(state)
        if llama_cpp.llama_state_seq_set_data(self._llama.ctx, buffer, len(state), 0):
            return True
        llama_cpp.llama_memory_clear(self._memory, False)
        return False


_decoders: weakref.WeakValueDictionary[int, LlamaDecoder] = weakref.WeakValueDictionary()
_decoders_lock = threading.Lock()


def decoder_of(llama: Llama, name: str) -> LlamaDecoder:
    """Return the one decoder of a live Llama; makes it, under that name, if there is none yet."""
    with _decoders_lock:
        # A decoder keeps its Llama alive, so an id found here still means the same Llama.
        if (found := _decoders.get(id(llama))) is None:
            found = _decoders[id(llama)] = LlamaDecoder(llama, name)
        return found
