"""PersonaBlocks: the states that persona blocks leave in a transformers model."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from transformers import DynamicCache, PreTrainedModel

from persona_sdk.models.prefix_states import PrefixStates


class PersonaBlocks:
    """Evaluates each persona block once and hands out copies of its state.

    Args:
        model: The live model.
        capacity: Tokens of persona blocks to keep.
    """

    def __init__(self, model: PreTrainedModel, capacity: int) -> None:
        self._model = model
        self._states: PrefixStates[DynamicCache] = PrefixStates(capacity, _tokens_of)

    def state(self, block: Sequence[int], copies: int) -> DynamicCache | None:
        """Return a state to go on from in so many rows, or None where there is none.

        There is none for an empty block, nor for a model whose cache is of another kind.
        The block is evaluated apart from what follows it, cached or not, so that a seeded reply
        does not depend on what is cached.
        """
        if not block:
            return None
        state = self._states.get(block)
        if state is None:
            tokens = torch.tensor([list(block)], device=self._model.device)
            with torch.no_grad():
                state = self._model.base_model(tokens, use_cache=True).past_key_values
            if not isinstance(state, DynamicCache):
                return None
            self._states.put(block, state)
        copied = copy.deepcopy(state)
        if copies > 1:
            copied.batch_repeat_interleave(copies)
        return copied


def _tokens_of(state: DynamicCache, tokens: int) -> int:
    return tokens
