"""One report on labelled rows: every figure beside the baselines it must beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guards.baselines import hypothesis_only, majority, word_overlap
from guards.metrics import (
    NLI_CLASSES,
    accuracy,
    allowed,
    auc,
    confusion,
    expected_calibration_error,
    macro_f1,
    predicted_classes,
    recall_at,
)

RELEVANCE_CLASSES = ("0", "1")
FALSE_RATE = 0.01
"""Share of negatives that may fire where `Report.recall` is read off."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """Accuracy in [0, 1] of what a user could do without a model."""

    majority: float
    hypothesis_only: float
    word_overlap: float


@dataclass(frozen=True, slots=True)
class Report:
    """How a discriminator did on labelled rows; shares and rates in [0, 1]."""

    rows: int
    accuracy: float
    macro_f1: float
    auc: float | None
    """Of the contradiction (NLI) or the `1` (relevance); None if one side has no rows."""
    recall: float | None
    """Share of those found when 1 % of the other side fires (`FALSE_RATE`)."""
    calibration_error: float | None
    """None where partial labels leave open what was right."""
    labels: tuple[str, ...]
    """Rows of the confusion table."""
    predicted: tuple[str, ...]
    """Columns of the confusion table."""
    confusion: tuple[tuple[int, ...], ...]
    baselines: Baselines


def report_nli(
    premises: Sequence[str],
    hypotheses: Sequence[str],
    labels: Sequence[str],
    probabilities: ArrayLike,
) -> Report:
    """Compare NLI probabilities with labels.

    Args:
        premises: What was said, one a row.
        hypotheses: The statements, one a row.
        labels: `c`, `n`, `e`, `nc` or `ne`, one a row.
        probabilities: Shape `(rows, 3)` in the order contradiction, neutral, entailment.

    Raises:
        ValueError: No rows, an unknown label, or lists of different length.
    """
    _check_labels(labels, (*NLI_CLASSES, "nc", "ne"))
    table = np.asarray(probabilities, dtype=np.float64)
    predicted = predicted_classes(table, NLI_CLASSES)
    known = [i for i, y in enumerate(labels) if y != "ne"]
    positive = [labels[i] == "c" for i in known]
    return _report(
        premises,
        hypotheses,
        labels,
        predicted,
        NLI_CLASSES,
        auc=auc(positive, table[known, 0]) if known else None,
        recall=recall_at(positive, table[known, 0], false_rate=FALSE_RATE) if known else None,
        calibration_error=_nli_calibration(labels, predicted, table),
    )


def report_relevance(
    queries: Sequence[str], statements: Sequence[str], labels: Sequence[int], relevance: ArrayLike
) -> Report:
    """Compare relevance probabilities in [0, 1] with labels 0 and 1.

    Raises:
        ValueError: No rows, an unknown label, or lists of different length.
    """
    names = [str(label) for label in labels]
    _check_labels(names, RELEVANCE_CLASSES)
    scores = np.asarray(relevance, dtype=np.float64)
    predicted = [RELEVANCE_CLASSES[int(g >= 0.5)] for g in scores]
    positive = [label == 1 for label in labels]
    right = [y == p for y, p in zip(names, predicted, strict=True)]
    return _report(
        queries,
        statements,
        names,
        predicted,
        RELEVANCE_CLASSES,
        auc=auc(positive, scores),
        recall=recall_at(positive, scores, false_rate=FALSE_RATE),
        calibration_error=expected_calibration_error(right, np.maximum(scores, 1 - scores)),
    )


def _report(
    premises: Sequence[str],
    hypotheses: Sequence[str],
    labels: Sequence[str],
    predicted: Sequence[str],
    columns: tuple[str, ...],
    *,
    auc: float | None,
    recall: float | None,
    calibration_error: float | None,
) -> Report:
    rows = tuple(sorted(set(labels)))
    table = confusion(labels, predicted, rows=rows, columns=columns)
    return Report(
        rows=len(labels),
        accuracy=accuracy(labels, predicted),
        macro_f1=macro_f1(labels, predicted),
        auc=auc,
        recall=recall,
        calibration_error=calibration_error,
        labels=rows,
        predicted=columns,
        confusion=tuple(tuple(int(n) for n in row) for row in table),
        baselines=_baselines(premises, hypotheses, labels),
    )


def _baselines(
    premises: Sequence[str], hypotheses: Sequence[str], labels: Sequence[str]
) -> Baselines:
    constant = majority(labels)
    if len(labels) < 2:
        share = accuracy(labels, constant)
        return Baselines(share, share, share)
    return Baselines(
        majority=accuracy(labels, constant),
        hypothesis_only=accuracy(labels, hypothesis_only(hypotheses, labels)),
        word_overlap=accuracy(labels, word_overlap(premises, hypotheses, labels)),
    )


def _nli_calibration(
    labels: Sequence[str], predicted: Sequence[str], table: NDArray[np.float64]
) -> float | None:
    """Return the error of the top label, or of one side against the rest for `c`/`nc`, `e`/`ne`."""
    kinds = set(labels)
    if kinds <= set(NLI_CLASSES):
        right = [y == p for y, p in zip(labels, predicted, strict=True)]
        return expected_calibration_error(right, table.max(axis=1))
    side = next((s for s in ("c", "e") if kinds <= {s, f"n{s}"}), None)
    if side is None:
        return None
    score = table[:, NLI_CLASSES.index(side)]
    fires = score >= 0.5
    right = [bool(f) == (side in allowed(y)) for f, y in zip(fires, labels, strict=True)]
    return expected_calibration_error(right, np.maximum(score, 1 - score))


def _check_labels(labels: Sequence[str], known: Sequence[str]) -> None:
    for row, label in enumerate(labels, start=1):
        if label not in known:
            raise ValueError(f"row {row}: label must be one of {', '.join(known)}, was: {label!r}")
    if not labels:
        raise ValueError("need at least one labelled row, there were none")
