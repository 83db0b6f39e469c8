"""The figures of the discriminators as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from rich.console import RenderableType
from rich.table import Table

Figures = Mapping[str, object]

BESIDE = ("majority", "hypothesis_only", "word_overlap", "frozen_embedding")
"""Baselines, in the order of the columns."""


FURTHER = (
    "macro_f1",
    "auc",
    "balanced_accuracy",
    "recall_at_1_percent_false",
    "calibration_error",
)
"""Other figures of a set of pairs, in the order of the columns."""


def tables(figures: Figures) -> Iterator[RenderableType]:
    """Yield what `persona guards eval` prints."""
    sets = cast(Mapping[str, Figures], figures.get("sets", {}))
    pairs = {name: found for name, found in sets.items() if "accuracy" in found}
    if pairs:
        yield _accuracies(pairs)
        yield _further(pairs)
    if expressed := sets.get("convai2_expressed"):
        yield _expressed(expressed)
    traffic = {name: found for name, found in sets.items() if "soft" in found}
    if traffic:
        yield _traffic(traffic)
    if calibration := cast(Mapping[str, Figures], figures.get("calibration", {})):
        yield _calibration(calibration)
    for found in pairs.values():
        if "by_phenomenon" in found:
            yield _phenomena(found)
    for name, reason in cast(Mapping[str, str], figures.get("left_out", {})).items():
        yield f"left out: {name}: {reason}"


def percent(value: object) -> str:
    """Return a share as a number of percent; `-` where there is none.

    Example:
        >>> percent(0.7312), percent(None)
        ('73.1', '-')
    """
    return "-" if value is None else f"{100 * float(cast(float, value)):.1f}"


def _accuracies(sets: Mapping[str, Figures]) -> Table:
    rivals = ("majority", "hypothesis", "overlap", "frozen")
    table = Table("accuracy, %", "rows", "ours", "aim", *rivals, box=None, pad_edge=False)
    for name, found in sets.items():
        table.add_row(
            name,
            str(found["rows"]),
            percent(found["accuracy"]),
            percent(found.get("aim")),
            *(percent(found.get(rival)) for rival in BESIDE),
        )
    return table


def _further(sets: Mapping[str, Figures]) -> Table:
    heads = ("macro F1", "AUC", "balanced", "recall", "ECE")
    table = Table("further, %", *heads, box=None, pad_edge=False)
    for name, found in sets.items():
        table.add_row(name, *(percent(found.get(figure)) for figure in FURTHER))
    return table


def _expressed(found: Figures) -> Table:
    heads = ("pairs", "AUC", "aim", "overlap", "frozen")
    table = Table("expressed or not, %", *heads, box=None, pad_edge=False)
    shares = (found["auc"], found.get("aim"), found["word_overlap_auc"])
    table.add_row(
        "convai2_expressed",
        str(found["rows"]),
        *(percent(share) for share in (*shares, found.get("frozen_embedding_auc"))),
    )
    return table


def _traffic(sets: Mapping[str, Figures]) -> Table:
    heads = ("replies", "fail", "interval", "aim", "unscored", "hard", "overlap", "frozen")
    table = Table("through the guard, %", *heads, box=None, pad_edge=False)
    for name, found in sets.items():
        soft, hard, words = (cast(Figures, found[bar]) for bar in ("soft", "hard", "word_overlap"))
        vectors = cast(Figures, found.get("frozen_embedding", {}))
        low, high = cast(list[float], soft["fail_95_percent"])
        table.add_row(
            name,
            str(found["replies"]),
            percent(soft["fail"]),
            f"{percent(low)}-{percent(high)}",
            f"{'≥' if found['planted'] else '≤'}{percent(found['aim'])}",
            percent(soft["unscored"]),
            percent(hard["fail"]),
            percent(words["fail"]),
            percent(vectors.get("fail")),
        )
    return table


def _calibration(heads: Mapping[str, Figures]) -> Table:
    table = Table(
        "calibration error, %", "rows", "temperature", "before", "after", box=None, pad_edge=False
    )
    for head, found in heads.items():
        before, after = (cast(Figures, found[name]) for name in ("before", "after"))
        table.add_row(
            head,
            str(found["rows"]),
            f"{found['temperature']:g}",
            percent(before["calibration_error"]),
            percent(after["calibration_error"]),
        )
    return table


def _phenomena(found: Figures) -> Table:
    table = Table(str(found["title"]), "accuracy, %", "rows", box=None, pad_edge=False)
    kinds = cast(Mapping[str, Figures], found["by_phenomenon"])
    worst_first = sorted(kinds.items(), key=lambda item: cast(float, item[1]["accuracy"]))
    for kind, told in worst_first:
        table.add_row(kind, percent(told["accuracy"]), str(told["rows"]))
    return table
