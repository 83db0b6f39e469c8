"""Score pairs with exported weights, sorted by length: the evaluation's own plain runtime."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guards.training.rows import Row

Floats = NDArray[np.float64]


class Scorer:
    """An exported model with its labels and temperatures."""

    def __init__(self, weights: Path, *, model: Path | None = None, threads: int = 2) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        config = json.loads((weights / "config.json").read_text("utf-8"))
        self.labels: dict[str, list[str]] = config["labels"]
        self.temperature: dict[str, float] = config["temperature"]
        self._tokenizer: Any = Tokenizer.from_file(str(weights / config["tokenizer"]))
        # Evaluation sets hold statements of any length: here both halves may be cut.
        self._tokenizer.enable_truncation(
            config["max_tokens"], strategy="longest_first", direction="left"
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = model or weights / config["model"]
        self._session: Any = onnxruntime.InferenceSession(str(path), options)

    def logits(self, pairs: list[tuple[str, str]], batch: int = 64) -> dict[str, Floats]:
        """Return both heads' logits, `(pairs, labels)` each, in the order of `pairs`."""
        encoded = self._tokenizer.encode_batch(pairs)
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i].ids))
        out = {head: np.zeros((len(pairs), len(names))) for head, names in self.labels.items()}
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            relevance, nli = self._run([encoded[i] for i in places])
            out["relevance"][places] = relevance
            out["nli"][places] = nli
        return out

    def probabilities(self, head: str, pairs: list[tuple[str, str]]) -> Floats:
        """Return calibrated probabilities of one head, `(pairs, labels)`."""
        return softmax(self.logits(pairs)[head] / self.temperature[head])

    def of(self, head: str, label: str, pairs: list[tuple[str, str]]) -> Floats:
        """Return the probability of one label, `(pairs,)`."""
        column: Floats = self.probabilities(head, pairs)[:, self.labels[head].index(label)]
        return column

    def _run(self, encoded: list[Any]) -> tuple[Floats, Floats]:
        length = max(len(e.ids) for e in encoded)
        feed = {
            name: np.array([getattr(e, key) + [0] * (length - len(e.ids)) for e in encoded])
            for name, key in _FIELDS.items()
        }
        relevance, nli = self._session.run(["relevance", "nli"], feed)
        return relevance, nli


def pairs_of(rows: list[Row]) -> list[tuple[str, str]]:
    """Return the texts of `rows`."""
    return [(row.first, row.second) for row in rows]


def softmax(logits: Floats) -> Floats:
    """Return probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


_FIELDS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
