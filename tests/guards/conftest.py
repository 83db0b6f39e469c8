from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from guards.config import EncoderConfig, HeadConfig
from guards.encoder import Encoder

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def _tokenizer():
    """One token a letter or mark: lengths can be counted by hand."""
    marks = [chr(c) for c in range(97, 123)] + list(".,:?!'")
    vocabulary = {token: i for i, token in enumerate(SPECIAL + marks)}
    toy = Tokenizer(models.BPE(vocabulary, [], unk_token="[UNK]"))
    toy.normalizer = normalizers.Lowercase()
    toy.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return toy


class ToySession:
    """The share of second-half tokens that the first half holds becomes the logits."""

    def __init__(self, outputs, nli_labels):
        self._outputs = outputs
        self._nli_labels = nli_labels
        self.shapes = []

    def get_outputs(self):
        return [SimpleNamespace(name=name) for name in self._outputs]

    def run(self, names, feeds):
        ids, types, mask = feeds["input_ids"], feeds["token_type_ids"], feeds["attention_mask"]
        self.shapes.append(ids.shape)
        shares = [_shared(*row) for row in zip(ids, types, mask, strict=True)]
        if names == ["relevance"]:
            # The length counts a little, so that padding that is not masked shows.
            lengths = mask.sum(axis=1) / 1000
            rows = [[1 - s, s + n] for s, n in zip(shares, lengths, strict=True)]
            return [np.array(rows, dtype=np.float32)]
        known = [{"contradiction": 0.0, "neutral": 1 - s, "entailment": 2 * s} for s in shares]
        table = [[row[label] for label in self._nli_labels] for row in known]
        return [np.array(table, dtype=np.float32)]


def _shared(ids, types, mask):
    first = {int(i) for i in ids[(types == 0) & (mask == 1)]} - {2, 3}
    second = {int(i) for i in ids[(types == 1) & (mask == 1)]} - {2, 3}
    return len(first & second) / max(1, len(second))


@pytest.fixture
def make_encoder():
    """Return a function that builds an encoder over the toy network."""

    def make(
        *,
        max_tokens=64,
        temperature=1.0,
        outputs=("nli", "relevance"),
        nli=("contradiction", "neutral", "entailment"),
        session=None,
    ):
        heads = {
            "nli": HeadConfig(tuple(nli), temperature),
            "relevance": HeadConfig(("irrelevant", "relevant")),
        }
        session = session or ToySession(outputs, nli)
        encoder = Encoder(session, _tokenizer(), EncoderConfig("toy", max_tokens, heads))
        encoder.toy_session = session
        return encoder

    return make
