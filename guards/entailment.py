"""The discriminator that tells whether a response expresses or contradicts a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guards.cache import ScoreCache
from guards.encoder import SPECIAL_TOKENS, Encoder, Pair
from guards.formats import nli_premise, normalise
from guards.pairing import check_equally_many
from guards.relevance import CACHE_SIZE, plain, spoken_turns
from guards.windows import strongest, windows
from persona_sdk.types import Entailment, Query, Statement


class EncoderEntailment:
    """Judges responses with the encoder's entailment head; judgements are kept.

    A response that is too long to be read beside its statement is cut between sentences, and
    the strongest contradiction and entailment of the parts count; it is never cut silently.

    Args:
        encoder: Reads a reply together with a statement.
        cache_size: Number of judgements kept, at least 1.
    """

    def __init__(self, encoder: Encoder, *, cache_size: int = CACHE_SIZE) -> None:
        self._encoder = encoder
        self._cache: ScoreCache[tuple[Pair, ...], list[Entailment]] = ScoreCache(
            cache_size, weigh=len
        )

    @property
    def name(self) -> str:
        return self._encoder.config.name

    def entailment(
        self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
    ) -> list[Entailment]:
        check_equally_many("responses", responses, "statements", statements)
        premises = _Premises(self._encoder, query)
        texts = [plain(statement.text) for statement in statements]
        parts = [
            [Pair(first, text, essential) for first, essential in premises.of(response, text)]
            for response, text in zip(responses, texts, strict=True)
        ]
        judged = iter(self._judged([pair for some in parts for pair in some]))
        return [strongest([next(judged) for _ in some]) for some in parts]

    def pairs(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Entailment]:
        """Judge plain sentence pairs, nobody speaking; for evaluation, over-long ones are cut."""
        keys = [
            Pair(normalise(premise), normalise(hypothesis), None)
            for premise, hypothesis in zip(premises, hypotheses, strict=True)
        ]
        return self._judge(keys)

    def _judged(self, pairs: Sequence[Pair]) -> list[Entailment]:
        """Judge each text beside all that is asked of it here, as if nothing had been judged.

        What int8 weights give for a pair depends on its batch. So a batch is one text and its
        statements, and is kept whole: who talked before, or meanwhile, changes no verdict.
        """
        asked: dict[str, dict[Pair, None]] = {}
        for pair in pairs:
            asked.setdefault(pair.first, {})[pair] = None
        batches = [tuple(some) for some in asked.values()]
        kept = self._cache.through(batches, lambda new: [self._judge(some) for some in new])
        found = {
            pair: judged
            for batch, some in zip(batches, kept, strict=True)
            for pair, judged in zip(batch, some, strict=True)
        }
        return [found[pair] for pair in pairs]

    def _judge(self, pairs: Sequence[Pair]) -> list[Entailment]:
        table = self._encoder.probabilities(pairs)
        return [Entailment(float(c), float(n), float(e)) for c, n, e in table]


class _Premise(NamedTuple):
    text: str
    essential: int
    """Characters at the end that hold the response."""


class _Premises:
    """Writes responses to one query out as the encoder reads them, each text once."""

    def __init__(self, encoder: Encoder, query: Query) -> None:
        self._encoder = encoder
        self._query = query
        self._history = spoken_turns(query.history)
        self._context = len(nli_premise(query.character, self._history, query.text, ""))
        self._whole: dict[str, _Premise] = {}
        self._cut: dict[tuple[str, int], list[_Premise]] = {}

    def of(self, response: str, statement: str) -> list[_Premise]:
        """Return the response whole if it fits beside `statement`, else cut between sentences."""
        room = self._encoder.config.max_tokens - SPECIAL_TOKENS - self._length(statement)
        if response not in self._whole:
            self._whole[response] = self._premise(response)
        whole = self._whole[response]
        needed = self._length(whole.text[len(whole.text) - whole.essential :])
        if needed <= room:
            return [whole]
        if (response, room) not in self._cut:
            self._cut[response, room] = [self._premise(w) for w in self._windows(response, room)]
        return self._cut[response, room]

    def _windows(self, response: str, room: int) -> list[str]:
        spoken_as = self._length(normalise(self._query.character)) + 1
        return windows(response, room - spoken_as, lambda text: self._length(normalise(text)))

    def _premise(self, response: str) -> _Premise:
        query = self._query
        text = nli_premise(query.character, self._history, query.text, response)
        return _Premise(text, len(text) - self._context)

    def _length(self, text: str) -> int:
        return self._encoder.count_tokens([text])[0]
