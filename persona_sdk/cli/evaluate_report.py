"""What `persona eval` reports: the figures of a discriminator beside the baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from rich.console import RenderableType
from rich.table import Table

from guards.evaluation import FALSE_RATE, Report, report_nli, report_relevance
from guards.metrics import auc
from persona_sdk.cli.schemas import UnlabelledNliRow, UnlabelledRelevanceRow
from persona_sdk.types import Entailment


@dataclass(frozen=True, slots=True)
class EvalReport:
    """How a discriminator did on a file of rows."""

    task: str
    """`nli` or `relevance`."""
    weights: str
    """Name of the discriminator."""
    rows: int
    seconds: float
    """Time spent judging; loading and reading are left out."""
    figures: Report | None
    """None if no row has a label."""
    areas: tuple[tuple[str, float | None], ...] = ()
    """Name and value in [0, 1] of each area under a ROC curve; None if one side has no rows."""

    @property
    def rows_per_second(self) -> float:
        """How fast the rows were judged."""
        return self.rows / max(self.seconds, 1e-9)

    def as_json(self) -> dict[str, object]:
        """Return every figure by its name."""
        head: dict[str, object] = {
            "task": self.task,
            "weights": self.weights,
            "rows": self.rows,
            "labelled": self.figures.rows if self.figures else 0,
            "seconds": self.seconds,
            "rows_per_second": self.rows_per_second,
        }
        if self.figures is None:
            return head
        return {
            **head,
            "accuracy": self.figures.accuracy,
            "macro_f1": self.figures.macro_f1,
            **dict(self.areas),
            "recall_at_1_percent_false": self.figures.recall,
            "calibration_error": self.figures.calibration_error,
            "confusion": {
                "labels": [label for label, _ in _by_label(self.figures)],
                "predicted": list(self.figures.predicted),
                "table": [list(counts) for _, counts in _by_label(self.figures)],
            },
            "baselines": asdict(self.figures.baselines),
        }

    def as_text(self) -> Iterator[RenderableType]:
        """Yield what is printed for people."""
        speed = f"{self.seconds:.1f} s, {self.rows_per_second:.1f} rows/s"
        yield f"{self.task} by {self.weights}: {self.rows} rows, {speed}"
        if self.figures is None:
            yield "no row has a label: nothing to compare with"
            return
        yield _figures(self.figures, self.areas)
        yield "labels down, predictions across:"
        yield _confusion(self.figures)


def nli_report(
    rows: Sequence[UnlabelledNliRow], judged: Sequence[Entailment], weights: str, seconds: float
) -> EvalReport:
    """Compare the judgements with the labels that there are."""
    known = [(row, p, row.label) for row, p in zip(rows, judged, strict=True) if row.label]
    if not known:
        return EvalReport("nli", weights, len(rows), seconds, None)
    labels = [label for _, _, label in known]
    figures = report_nli(
        [row.premise for row, _, _ in known],
        [row.hypothesis for row, _, _ in known],
        labels,
        [(p.contradiction, p.neutral, p.entailment) for _, p, _ in known],
    )
    # `nc` may or may not be entailed, so it takes no side here.
    sure = [(label == "e", p.entailment) for _, p, label in known if label != "nc"]
    entailed = auc([is_e for is_e, _ in sure], [e for _, e in sure]) if sure else None
    areas = (("auc_contradiction", figures.auc), ("auc_entailment", entailed))
    return EvalReport("nli", weights, len(rows), seconds, figures, areas)


def relevance_report(
    rows: Sequence[UnlabelledRelevanceRow], judged: Sequence[float], weights: str, seconds: float
) -> EvalReport:
    """Compare the judgements with the labels that there are."""
    known = [(row, g) for row, g in zip(rows, judged, strict=True) if row.label is not None]
    if not known:
        return EvalReport("relevance", weights, len(rows), seconds, None)
    figures = report_relevance(
        [row.query for row, _ in known],
        [row.statement for row, _ in known],
        [row.label for row, _ in known if row.label is not None],
        [g for _, g in known],
    )
    areas = (("auc", figures.auc),)
    return EvalReport("relevance", weights, len(rows), seconds, figures, areas)


def _figures(figures: Report, areas: Sequence[tuple[str, float | None]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("labelled rows", str(figures.rows))
    table.add_row("accuracy", _share(figures.accuracy))
    for name, value in asdict(figures.baselines).items():
        table.add_row(f"  baseline {name.replace('_', ' ')}", _share(value))
    table.add_row("macro F1", _share(figures.macro_f1))
    for name, value in areas:
        table.add_row(name.replace("auc", "AUC").replace("_", " "), _share(value))
    table.add_row(f"recall at {FALSE_RATE:.0%} false", _share(figures.recall))
    table.add_row("calibration error", _share(figures.calibration_error))
    return table


def _confusion(figures: Report) -> Table:
    table = Table("", *figures.predicted, box=None, pad_edge=False)
    for label, counts in _by_label(figures):
        table.add_row(label, *(str(count) for count in counts))
    return table


def _by_label(figures: Report) -> list[tuple[str, tuple[int, ...]]]:
    """Return the rows of the confusion table in the order of its columns, partial labels last."""
    order = (*figures.predicted, "nc", "ne")
    pairs = zip(figures.labels, figures.confusion, strict=True)
    return sorted(pairs, key=lambda pair: order.index(pair[0]))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
