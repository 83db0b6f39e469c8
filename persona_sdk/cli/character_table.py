"""Lays the standings of `persona eval character` out: as tables for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from persona_sdk.statistics import Estimate
    from simulators.gym.known_answers.generate import ItemSet
    from simulators.gym.known_answers.standing import Difference, Standing

NONE = "-"
"""Stands where there was nothing to measure."""


def tables(
    standings: Sequence[Standing], differences: Sequence[Difference], flagged: dict[str, str]
) -> Iterator[Table | str]:
    """Yield what a terminal shows, best read from the top."""
    yield _main(standings)
    yield _effort(standings)
    yield _kinds(standings)
    if differences:
        yield _beside(standings[0].row, differences)
    if flagged:
        told = ", ".join(f"{measure} ({control})" for measure, control in flagged.items())
        yield f"Not for ranking, since a control does at least as well as every row: {told}."
    yield NOTE


def as_json(
    standings: Sequence[Standing],
    differences: Sequence[Difference],
    flagged: dict[str, str],
    found: ItemSet,
    settings: dict[str, object],
) -> dict[str, object]:
    """Return everything the tables say, and the settings."""
    return {
        **settings,
        "items": len(found.items),
        "leak_rate": found.leaks,
        "skipped": dict(found.skipped),
        "rows": [_row_json(standing) for standing in standings],
        "differences": [
            {
                "row": d.row,
                "measure": d.measure,
                **d.estimate._asdict(),
                "resolved": d.resolved,
            }
            for d in differences
        ],
        "unusable_for_ranking": flagged,
    }


def _row_json(standing: Standing) -> dict[str, Any]:
    return {key: _plain(value) for key, value in asdict(standing).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value._asdict() if isinstance(value, tuple) and hasattr(value, "_asdict") else value


def _main(standings: Sequence[Standing]) -> Table:
    table = _table("row", "known answers", "ΔAPC", "coverage", "contradictions")
    for one in standings:
        measured = (one.score, one.delta_apc, one.coverage, one.contradictions)
        table.add_row(one.row, *map(_shown, measured))
    return table


def _effort(standings: Sequence[Standing]) -> Table:
    table = _table("replies", "repeated", "median s", "tokens", "unscored", "failed")
    for one in standings:
        table.add_row(
            one.row,
            NONE if one.repetition is None else f"{one.repetition:.2f}",
            NONE if one.seconds is None else f"{one.seconds:.2f}",
            NONE if one.tokens is None else f"{one.tokens:.0f}",
            f"{one.unscored}",
            f"{one.errors}",
        )
    return table


def _kinds(standings: Sequence[Standing]) -> Table:
    table = _table("share that passes", *(row.row for row in standings))
    kinds = dict.fromkeys(kind for one in standings for kind in one.kinds)
    for kind in kinds:
        table.add_row(kind, *(_mean(one.kinds.get(kind)) for one in standings))
    table.add_row("(false premise put right)", *(_mean(one.corrected) for one in standings))
    return table


def _beside(first: str, differences: Sequence[Difference]) -> Table:
    table = _table(f"less {first}", "known answers", "ΔAPC")
    for row in dict.fromkeys(d.row for d in differences):
        cells = {d.measure: d for d in differences if d.row == row}
        table.add_row(row, *(_gain(cells.get(measure)) for measure in ("score", "delta_apc")))
    return table


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(heads[0], overflow="fold", min_width=13)
    for head in heads[1:]:
        table.add_column(head, justify="right")
    return table


def _shown(estimate: Estimate | None) -> str:
    if estimate is None:
        return NONE
    return f"{estimate.mean:.2f}\n[{estimate.low:.2f}, {estimate.high:.2f}]"


def _mean(estimate: Estimate | None) -> str:
    return NONE if estimate is None else f"{estimate.mean:.2f}"


def _gain(difference: Difference | None) -> str:
    if difference is None:
        return NONE
    estimate = difference.estimate
    shown = f"{estimate.mean:+.2f} [{estimate.low:+.2f}, {estimate.high:+.2f}]"
    return shown if difference.resolved else f"{shown}\nnot resolved"


NOTE = (
    "Intervals: 95%, bootstrap over groups of items about the same statements, paired between "
    "rows. They hold for this persona; several personas have to be drawn as well. With many rows "
    "some difference looks resolved by chance."
)
