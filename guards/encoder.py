"""One batched ONNX Runtime session that both discriminators share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from guards.cache import ScoreCache
from guards.config import LABELS, EncoderConfig, Head
from persona_sdk.errors import ScorerError, WeightsError

BATCH_TOKENS = 2048
"""Rows times padded length of one run: bounds the memory, whatever the number of pairs."""

KEPT_TEXTS = 16_384
"""Texts whose word pieces are kept: statements come again with every reply."""

SPECIAL_TOKENS = 3
"""One in front of a pair, one after each half."""


Ids = list[int]
"""Word pieces of a text, without special tokens."""


class Pair(NamedTuple):
    """Two texts that the encoder reads together."""

    first: str
    """Context and what is judged; a pair that is too long loses tokens from the left of it."""
    second: str
    """The statement, never cut."""
    essential: int | None = 0
    """Characters at the end of `first` that must not be cut; None lets both halves be cut."""


class Encoder:
    """Turns pairs into label probabilities; safe to call from many threads.

    Args:
        session: Live session whose outputs are named after the heads.
        tokenizer: Live tokenizer with `[CLS]`, `[SEP]` and `[PAD]`.
        config: Labels, temperatures and the length limit of these weights.

    Raises:
        WeightsError: Session, tokenizer and config do not fit together.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        config: EncoderConfig,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._config = config
        self._kept_ids: ScoreCache[str, Ids] = ScoreCache(KEPT_TEXTS)
        self._cls, self._sep, self._pad = (
            _token_id(tokenizer, token) for token in ("[CLS]", "[SEP]", "[PAD]")
        )
        self._columns = {
            head: [config.heads[head].labels.index(label) for label in LABELS[head]]
            for head in LABELS
        }
        missing = set(LABELS) - {output.name for output in session.get_outputs()}
        if missing:
            raise WeightsError(f"{config.name}: the network has no output {sorted(missing)[0]!r}")

    @property
    def config(self) -> EncoderConfig:
        """What the weights say of themselves."""
        return self._config

    def probabilities(self, head: Head, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """Return probabilities of shape `(pairs, labels)` in the order of `LABELS[head]`.

        Raises:
            ScorerError: A pair cannot be read without cutting what must not be cut, or the
                network failed.
        """
        firsts = self._ids([pair.first for pair in pairs])
        seconds = self._ids([pair.second for pair in pairs])
        rows = [self._row(*row) for row in zip(pairs, firsts, seconds, strict=True)]
        result = np.empty((len(rows), len(LABELS[head])), dtype=np.float32)
        for places in _batches([len(row.ids) for row in rows]):
            result[places] = self._run(head, [rows[i] for i in places])
        return result

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in word pieces, without special tokens."""
        return [len(ids) for ids in self._ids(texts)]

    def _ids(self, texts: Sequence[str]) -> list[Ids]:
        return self._kept_ids.through(texts, lambda new: [self._encode(t).ids for t in new])

    def _encode(self, text: str) -> Encoding:
        # One by one: the threads of `encode_batch` cost more than they save on short texts.
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _row(self, pair: Pair, left: Ids, right: Ids) -> _Row:
        limit = self._config.max_tokens - SPECIAL_TOKENS
        if pair.essential is None:
            right = right[: max(limit // 2, limit - len(left))]
        room = max(0, limit - len(right))
        needed = self._essential_tokens(pair) if len(left) > room else 0
        if needed > room:
            raise ScorerError(
                f"too long to judge: {needed} tokens of {_short(pair.first[-60:])} beside the "
                f"{len(right)} of statement {_short(pair.second)}, the limit is {limit} together; "
                "split the longer one into shorter sentences"
            )
        left = left[len(left) - min(room, len(left)) :]
        ids = [self._cls, *left, self._sep, *right, self._sep]
        return _Row(ids, second_from=len(left) + 2)

    def _essential_tokens(self, pair: Pair) -> int:
        """Return how many tokens at the end of `first` reach into the essential characters."""
        boundary = len(pair.first) - (pair.essential or 0)
        return sum(end > boundary for _, end in self._encode(pair.first).offsets)

    def _run(self, head: Head, rows: Sequence[_Row]) -> NDArray[np.float32]:
        shape = (len(rows), max(len(row.ids) for row in rows))
        ids = np.full(shape, self._pad, dtype=np.int64)
        mask, types = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row.ids)] = row.ids
            mask[i, : len(row.ids)] = 1
            types[i, row.second_from : len(row.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        try:
            logits = np.asarray(self._session.run([head], feeds)[0], dtype=np.float32)
        except Exception as error:
            raise ScorerError(
                f"{self._config.name} failed on {len(rows)} pairs: {error}"
            ) from error
        if logits.shape != (len(rows), len(LABELS[head])) or not np.isfinite(logits).all():
            raise ScorerError(f"{self._config.name} gave no usable numbers, shape {logits.shape}")
        scaled = logits[:, self._columns[head]] / self._config.heads[head].temperature
        return _softmax(scaled)


class _Row(NamedTuple):
    ids: Ids
    second_from: int
    """Position of the first token of the second half."""


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    total: NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return total


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions in batches of like length, each within `BATCH_TOKENS` after padding."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _token_id(tokenizer: Tokenizer, token: str) -> int:
    found: int | None = tokenizer.token_to_id(token)
    if found is None:
        raise WeightsError(f"the tokenizer of the guard has no {token} token: wrong file?")
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
