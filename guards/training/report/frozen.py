"""The frozen-embedding baseline: what the vectors of the embedder know without any training.

For entailment a logistic head on `[u, v, |u-v|, u*v]` fitted on MultiNLI training rows; for
relevance and expression the cosine of the two vectors. For whole replies, a guard over that head.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guards.metrics import NLI_CLASSES
from guards.training.report.kept import Kept, fingerprint
from guards.training.rows import Row, nli_rows
from guards.training.scorer import Floats, Watch, query_of, softmax, unwatched
from guards.wordings import as_pair
from persona_sdk.types import Entailment, Query, Statement

Vectors = NDArray[np.float32]

TRAINING_ROWS, TRAINING_SEED = 8000, 3
STEPS, RATE, DECAY = 250, 0.02, 3e-3
"""Of the full-batch Adam that fits the head; the decay is L2 on its weights."""

TRAINING_FILE = Path("nli") / "train.jsonl.gz"
"""Where in the data folder the head's rows stand."""

BATCH_TEXTS = 512


@dataclass(frozen=True, slots=True)
class Embedder:
    """Sentence vectors, with the name under which they are kept."""

    identity: str
    vectors: Callable[[Sequence[str]], Vectors]
    """From texts to `(texts, width)`."""


class Frozen:
    """Judges rows by the vectors of an embedder alone.

    Args:
        embedder: Gives the vectors.
        data: Folder with the MultiNLI rows that the head is fitted on.
        kept: Where judgements are kept.
        watch: Shows the progress.
    """

    def __init__(self, embedder: Embedder, data: Path, kept: Kept, watch: Watch) -> None:
        self._embedder = embedder
        self._data = data
        self._kept = kept
        self._watch = watch

    @property
    def identity(self) -> str:
        """Changes with the embedder and with how the head is fitted."""
        return f"{self._embedder.identity} {_VERSION}"

    def labels(self, rows: Sequence[Row]) -> list[str] | None:
        """Return `c`, `n` or `e` for each entailment row; None without rows to fit the head on."""
        head = self._head()
        if head is None:
            return None

        def compute() -> Floats:
            likeliest: Floats = _logits(head, self._pairs(rows)).argmax(axis=1).astype(np.float64)
            return likeliest

        origin = [self._embedder.identity, "labels", _VERSION, fingerprint(rows)]
        return [NLI_CLASSES[int(place)] for place in self._kept.through(origin, compute)]

    def entailment(self) -> "FrozenEntailment | None":
        """Return what judges replies for a guard; None without rows to fit the head on."""
        head = self._head()
        if head is None:
            return None
        return FrozenEntailment(lambda rows: softmax(_logits(head, self._pairs(rows, unwatched))))

    def cosines(self, rows: Sequence[Row]) -> Floats:
        """Return the cosine in [-1, 1] of the two texts of each row."""

        def compute() -> Floats:
            u, v = self._pairs(rows)
            result: Floats = (_unit(u) * _unit(v)).sum(axis=1).astype(np.float64)
            return result

        return self._kept.through([self._embedder.identity, "cosine", fingerprint(rows)], compute)

    def _head(self) -> Floats | None:
        if not (self._data / TRAINING_FILE).is_file():
            return None
        return self._kept.through([self._embedder.identity, "head", _VERSION], self._fit)

    def _fit(self) -> Floats:
        rows = _mnli_training(self._data)
        u, v = self._pairs(rows)
        return fit_softmax(features(u, v), [NLI_CLASSES.index(row.label) for row in rows])

    def _pairs(self, rows: Sequence[Row], watch: Watch | None = None) -> tuple[Vectors, Vectors]:
        """Return the vectors of both texts of each row, every text embedded once."""
        firsts = [_plain(row) for row in rows]
        seconds = [row.second for row in rows]
        texts = sorted({*firsts, *seconds}, key=len)
        made = []
        with (watch or self._watch)("Embedding", total=len(texts)) as advance:
            for start in range(0, len(texts), BATCH_TEXTS):
                made.append(self._embedder.vectors(texts[start : start + BATCH_TEXTS]))
                advance(len(made[-1]))
        table = np.concatenate(made)
        place = {text: number for number, text in enumerate(texts)}
        u = table[[place[text] for text in firsts]]
        return u, table[[place[text] for text in seconds]]


class FrozenEntailment:
    """The frozen head behind the seam of the guard.

    Args:
        judge: From entailment rows to probabilities of contradiction, neutral and entailment.
    """

    name = "frozen vectors"

    def __init__(self, judge: Callable[[Sequence[Row]], Floats]) -> None:
        self._judge = judge

    def entailment(
        self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
    ) -> list[Entailment]:
        pairs = zip(responses, statements, strict=True)
        texts = [as_pair(query, response, statement.text) for response, statement in pairs]
        if not texts:
            return []
        rows = [Row("nli", text.first, text.second, "n", "reply") for text in texts]
        return [Entailment(*map(float, line)) for line in self._judge(rows)]


def features(u: Vectors, v: Vectors) -> Vectors:
    """Return `[u, v, |u-v|, u*v]` of unit vectors, `(rows, 4 * width)`."""
    u, v = _unit(u), _unit(v)
    # Scaled to a mean square near 1, where the steps of the fit are as long for all of them.
    width = np.float32(np.sqrt(u.shape[1]))
    return np.concatenate([u * width, v * width, abs(u - v) * width, u * v * width**2], axis=1)


def fit_softmax(inputs: Vectors, classes: Sequence[int]) -> Floats:
    """Return weights and, in the last line, biases of a logistic head, `(inputs + 1, labels)`.

    Args:
        inputs: `(rows, inputs)`.
        classes: The number of each row's class, from 0.
    """
    x = np.concatenate([inputs, np.ones((len(inputs), 1), dtype=np.float32)], axis=1)
    wanted = np.eye(max(classes) + 1, dtype=np.float32)[list(classes)]
    w: Vectors = np.zeros((x.shape[1], wanted.shape[1]), dtype=np.float32)
    mean: Vectors = np.zeros_like(w)
    square: Vectors = np.zeros_like(w)
    for step in range(1, STEPS + 1):
        gradient: Vectors = x.T @ (softmax(x @ w) - wanted).astype(np.float32) / len(x) + DECAY * w
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        pace = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        w -= RATE * (1 - step / (STEPS + 1)) * pace
    return w.astype(np.float64)


def _mnli_training(data: Path) -> list[Row]:
    found = nli_rows(data, "cleared")
    rows = [row for source in sorted(found) if "mnli" in source for row in found[source]]
    whole = [row for row in rows if row.label in NLI_CLASSES and "conj" not in row.kind]
    return random.Random(TRAINING_SEED).sample(whole, min(TRAINING_ROWS, len(whole)))


def _logits(head: Floats, pairs: tuple[Vectors, Vectors]) -> Floats:
    logits: Floats = features(*pairs) @ head[:-1] + head[-1]
    return logits


def _plain(row: Row) -> str:
    """Return what the embedder reads of the first half: of a query only its words."""
    return query_of(row.first).text if row.task == "relevance" else row.first


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Vectors = vectors / np.maximum(length, 1e-9)
    return result


_VERSION = f"{TRAINING_ROWS}-{TRAINING_SEED}-{STEPS}-{RATE}-{DECAY}"
