"""Do the logits of a sequence depend on what else is evaluated? Each kind of cache is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import llama_cpp
import numpy as np
from llama_cpp import Llama
from numpy.typing import NDArray

from benchmarks.rows import Row
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.llama_log import collected_log

COMMAND = "python -m benchmarks invariance"
CONTEXT = 1024
PROMPT = 520  # from 512 tokens on llama.cpp may share one row among threads
REPLY = 3
_F16, _BF16 = 1, 30  # GGML_TYPE_F16, GGML_TYPE_BF16


class Cache(NamedTuple):
    """How a context keeps what it evaluated."""

    unified: bool
    flash: bool
    values: int


class Way(NamedTuple):
    """How the same tokens are evaluated."""

    piece: int = CONTEXT
    """Tokens of the prompt in a batch."""
    reply: int = 1
    """Tokens of the reply in a batch."""
    company: bool = False
    """Another sequence is in each batch of the reply."""
    threads: int = 2


CACHES = {
    "one cache for all": Cache(True, True, _F16),
    "own cells, no flash attention": Cache(False, False, _F16),
    "own cells, flash attention, F16": Cache(False, True, _F16),
    "own cells, flash attention, values BF16": Cache(False, True, _BF16),
}
WAYS = {
    "in company": Way(company=True),
    "reply in one piece": Way(reply=REPLY),
    "prompt in pieces of 32": Way(piece=32),
    "1 thread": Way(threads=1),
}


def run() -> list[Row]:
    """Compare the logits of a reply with those of the reply alone; 0 says that no bit differs."""
    llama = Llama(str(builtin_path()), n_ctx=64, verbose=False)
    return [
        Row(f"{cache}: {way}", difference, "largest difference", target, COMMAND)
        for cache, kind in CACHES.items()
        for way, difference in _differences(llama, kind)
        for target in ("0" if kind == tuple(CACHES.values())[-1] else "",)
    ]


def _differences(llama: Llama, cache: Cache) -> Iterator[tuple[str, float]]:
    alone = _logits(llama, cache, Way())
    for name, way in WAYS.items():
        yield name, float(np.abs(_logits(llama, cache, way) - alone).max())


def _logits(llama: Llama, cache: Cache, way: Way) -> NDArray[np.float32]:
    """Return the logits behind the prompt and behind each token of the reply."""
    with collected_log():
        context = llama_cpp.llama_init_from_model(llama.model, _parameters(cache, way))
    tokens = [int(t) for t in np.random.default_rng(0).integers(100, 40_000, PROMPT + REPLY)]
    other = tokens[: PROMPT // 8]
    found: list[NDArray[np.float32]] = []
    if way.company:
        _evaluate(context, [(t, i, 0) for i, t in enumerate(other)])
    own = int(way.company)
    for start in range(0, PROMPT, way.piece):
        piece = tokens[start : min(start + way.piece, PROMPT)]
        found = [_evaluate(context, [(t, start + i, own) for i, t in enumerate(piece)])[-1]]
    for start in range(PROMPT, PROMPT + REPLY, way.reply):
        rows = [(tokens[start + i], start + i, own) for i in range(way.reply)]
        others = [(7, len(other) + start - PROMPT, 0)] if way.company else []
        found += _evaluate(context, [*others, *rows])[len(others) :]
    llama_cpp.llama_free(context)
    return np.stack(found)


def _parameters(cache: Cache, way: Way) -> llama_cpp.llama_context_params:
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_seq_max, params.kv_unified = 2 * CONTEXT, 2, cache.unified
    params.n_batch = params.n_ubatch = CONTEXT
    params.n_threads = params.n_threads_batch = way.threads
    params.flash_attn_type, params.type_v = int(cache.flash), cache.values
    return params


def _evaluate(
    context: llama_cpp.llama_context_p, rows: Sequence[tuple[int, int, int]]
) -> list[NDArray[np.float32]]:
    """Evaluate tokens at positions of sequences; return the logits of the last few."""
    batch = llama_cpp.llama_batch_init(len(rows), 0, 1)
    first = max(0, len(rows) - REPLY - 1)
    for row, (token, position, sequence) in enumerate(rows):
        batch.token[row], batch.pos[row], batch.n_seq_id[row] = token, position, 1
        batch.seq_id[row][0], batch.logits[row] = sequence, row >= first
    batch.n_tokens = len(rows)
    assert llama_cpp.llama_decode(context, batch) == 0
    size = llama_cpp.llama_vocab_n_tokens(
        llama_cpp.llama_model_get_vocab(llama_cpp.llama_get_model(context))
    )
    logits = [
        np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, row), (size,)).copy()
        for row in range(first, len(rows))
    ]
    llama_cpp.llama_batch_free(batch)
    return logits
