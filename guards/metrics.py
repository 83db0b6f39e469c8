"""How good are a discriminator's judgements? Accuracy, F1, AUC, confusion, calibration.

Labels are letters: `c`, `n`, `e` for one class; `nc` (not contradicted) and `ne` (not entailed)
allow two of them; relevance rows are `0` and `1`. A prediction is right if every class that it
allows is allowed by the label.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from persona_sdk.curves import auc as auc
from persona_sdk.curves import events

NLI_CLASSES = ("c", "n", "e")
"""Order of the columns in an array of NLI probabilities."""

ALLOWED: dict[str, frozenset[str]] = {"nc": frozenset("ne"), "ne": frozenset("nc")}
"""Classes of the partial labels; every other label allows itself only."""


def allowed(label: str) -> frozenset[str]:
    """Return the classes that `label` allows."""
    return ALLOWED.get(label, frozenset([label]))


def predicted_classes(probabilities: ArrayLike, classes: Sequence[str]) -> list[str]:
    """Return the likeliest class of each row.

    Args:
        probabilities: Shape `(rows, classes)`, each row in [0, 1] summing to 1.
        classes: Name of each column.
    """
    table = _table(probabilities, len(classes))
    return [classes[i] for i in table.argmax(axis=1)]


def accuracy(labels: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the share in [0, 1] of right predictions.

    Raises:
        ValueError: There are no rows, or the lists differ in length.

    Example:
        >>> accuracy(["c", "nc", "n"], ["c", "e", "e"])
        0.6666666666666666
    """
    _check_rows(labels, predicted)
    right = [allowed(p) <= allowed(y) for y, p in zip(labels, predicted, strict=True)]
    return sum(right) / len(right)


def macro_f1(labels: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the mean F1 in [0, 1] over the labels that occur.

    For each label the rows count that certainly have or certainly lack it, so that a set of
    `c` and `nc` gives the usual two-way figure and full labels the usual three-way one.
    """
    _check_rows(labels, predicted)
    kinds = sorted(set(labels))
    return sum(_f1(kind, labels, predicted) for kind in kinds) / len(kinds)


def confusion(
    labels: Sequence[str], predicted: Sequence[str], *, rows: Sequence[str], columns: Sequence[str]
) -> NDArray[np.int64]:
    """Return counts of shape `(rows, columns)`: what was labelled against what was predicted."""
    _check_rows(labels, predicted)
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for label, prediction in zip(labels, predicted, strict=True):
        table[rows.index(label), columns.index(prediction)] += 1
    return table


def recall_at(positive: Sequence[bool], scores: ArrayLike, *, false_rate: float) -> float | None:
    """Return the best recall in [0, 1] at which at most `false_rate` of the negatives fire.

    None if there are no positives or no negatives.
    """
    truth, values = events(positive, scores)
    if truth.all() or not truth.any():
        return None
    negatives = np.sort(values[~truth])[::-1]
    spared = int(false_rate * len(negatives))
    bar = negatives[spared] if spared < len(negatives) else -np.inf
    return float((values[truth] > bar).mean())


class Bin(NamedTuple):
    """The rows whose confidence lies in one interval."""

    confidence: float
    """Their mean confidence in [0, 1]."""
    accuracy: float
    """The share of them that is right, in [0, 1]."""
    rows: int


class Interval(NamedTuple):
    """Bounds of a share, both in [0, 1]."""

    low: float
    high: float


def balanced_accuracy(positive: Sequence[bool], scores: ArrayLike, *, bar: float) -> float | None:
    """Return the mean in [0, 1] of the shares of positives and negatives told right at `bar`.

    None if there are no positives or no negatives.
    """
    truth, values = events(positive, scores)
    if truth.all() or not truth.any():
        return None
    fires = values >= bar
    return float((fires[truth].mean() + (~fires[~truth]).mean()) / 2)


def wilson(hits: int, rows: int, *, z: float = 1.96) -> Interval:
    """Return Wilson's score interval of the share `hits / rows` (Wilson 1927); 95 % by default.

    Raises:
        ValueError: There are no rows, or more hits than rows.

    Example:
        >>> [round(bound, 3) for bound in wilson(2, 100)]
        [0.006, 0.07]
    """
    if not 0 <= hits <= rows or not rows:
        raise ValueError(f"need 0 <= hits <= rows and a row, were: {hits} of {rows}")
    share = hits / rows
    centre = share + z * z / (2 * rows)
    reach = z * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    scale = 1 + z * z / rows
    return Interval(max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale))


def reliability(right: Sequence[bool], confidence: ArrayLike, *, bins: int = 15) -> tuple[Bin, ...]:
    """Return the equal-width bins of confidence that hold rows, lowest first."""
    truth, values = events(right, confidence)
    places = np.minimum((values * bins).astype(int), bins - 1)
    inside = [places == place for place in np.unique(places)]
    return tuple(
        Bin(float(values[some].mean()), float(truth[some].mean()), int(some.sum()))
        for some in inside
    )


def expected_calibration_error(
    right: Sequence[bool], confidence: ArrayLike, *, bins: int = 15
) -> float:
    """Return the mean gap in [0, 1] between confidence and accuracy over equal-width bins.

    Guo et al., arXiv 1706.04599, eq. 3; empty bins weigh nothing.
    """
    found = reliability(right, confidence, bins=bins)
    rows = sum(one.rows for one in found)
    return sum(one.rows * abs(one.accuracy - one.confidence) for one in found) / rows


def _f1(kind: str, labels: Sequence[str], predicted: Sequence[str]) -> float:
    hits = misses = alarms = 0
    for label, prediction in zip(labels, predicted, strict=True):
        has, lacks = allowed(label) <= allowed(kind), not allowed(label) & allowed(kind)
        says = allowed(prediction) <= allowed(kind)
        hits += has and says
        misses += has and not says
        alarms += lacks and says
    return 2 * hits / (2 * hits + misses + alarms) if hits else 0.0


def _table(probabilities: ArrayLike, width: int) -> NDArray[np.float64]:
    table = np.asarray(probabilities, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != width:
        raise ValueError(f"probabilities must have {width} columns, shape was: {table.shape}")
    return table


def _check_rows(labels: Sequence[str], predicted: Sequence[str]) -> None:
    if len(labels) != len(predicted) or not labels:
        raise ValueError(
            "need as many predictions as labels, at least one, were: "
            f"{len(predicted)} and {len(labels)}"
        )
