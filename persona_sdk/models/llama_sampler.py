"""Candidate samplers: the chain that draws one candidate's tokens, as llama.cpp orders it."""

from __future__ import annotations

from collections.abc import Iterable

import llama_cpp
from llama_cpp._internals import LlamaSampler

from persona_sdk.types import GenerationOptions

_PENALISED_TOKENS = 64  # llama.cpp's default reach of the repetition penalty
_TOP_K = 40  # llama.cpp's default: the later samplers then sort 40 tokens, not the vocabulary
_SEEDS = 2**32 - 1  # the last 32-bit value means "draw one" to llama.cpp


def candidate_sampler(
    options: GenerationOptions, *, seed: int, vocabulary_size: int, written: Iterable[int] = ()
) -> LlamaSampler:
    """Build the chain of one candidate; close it after use.

    Args:
        options: How to sample. `n` and `seed` are not read.
        seed: Of this candidate.
        vocabulary_size: Tokens that the model knows.
        written: Tokens that already stand in the reply; the repetition penalty counts them.
    """
    chain = LlamaSampler()
    if options.repeat_penalty != 1.0:
        llama_cpp.llama_sampler_chain_add(
            chain.sampler, _penalties(options.repeat_penalty, vocabulary_size)
        )
    if options.temperature == 0:
        chain.add_greedy()
    else:
        chain.add_top_k(_TOP_K)
        chain.add_top_p(options.top_p)
        chain.add_min_p(options.min_p)
        chain.add_temp(options.temperature)
        chain.add_dist(seed % _SEEDS)
    for token in written:
        llama_cpp.llama_sampler_accept(chain.sampler, token)
    return chain


def _penalties(repeat: float, vocabulary_size: int) -> llama_cpp.llama_sampler_p:
    arguments = (_PENALISED_TOKENS, repeat, 0.0, 0.0)
    # Newer versions of llama.cpp want the size of the vocabulary first.
    if len(llama_cpp.llama_sampler_init_penalties.argtypes) > len(arguments):
        return llama_cpp.llama_sampler_init_penalties(vocabulary_size, *arguments)
    return llama_cpp.llama_sampler_init_penalties(*arguments)
