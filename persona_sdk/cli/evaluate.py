"""`persona eval`: how good are the discriminators on labelled rows, and characters on items?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from persona_sdk.cli.character import character
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import (
    STANDARD_STREAM,
    USAGE,
    err,
    fail,
    new_app,
    print_json,
    progress,
    working,
)
from persona_sdk.cli.terminal import out as standard_output
from persona_sdk.errors import ScorerError

if TYPE_CHECKING:
    from persona_sdk.cli.evaluate_report import EvalReport
    from persona_sdk.cli.rows import Row, Schema
    from persona_sdk.cli.schemas import UnlabelledNliRow, UnlabelledRelevanceRow
    from persona_sdk.types import Entailment

BATCH_ROWS = 256
"""Rows between two steps of the progress bar; the encoder sorts them by length."""

Rows = Annotated[
    str, typer.Argument(metavar="ROWS", help="JSONL file, may end in .gz; `-` is standard input.")
]
Out = Annotated[
    str | None,
    typer.Option("--out", "-o", help="Write each row with its probabilities; `-` is stdout."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]

Item = TypeVar("Item")
Judged = TypeVar("Judged")

app = new_app("Measure the discriminators on labelled rows, and characters on known answers.")
app.command()(character)


@app.command()
def nli(
    rows: Rows, out: Out = None, json: Json = False, scorers: ScorersOption = "builtin"
) -> None:
    """Entailment: rows with premise, hypothesis and label e, n, c, nc or ne.

    nc is not contradicted, ne not entailed. The label is optional with --out, which adds
    contradiction, neutral and entailment to each row.
    """
    from guards.catalog import load_named_scorers
    from persona_sdk.cli.evaluate_report import nli_report
    from persona_sdk.cli.rows import read_rows
    from persona_sdk.cli.schemas import NliRow, UnlabelledNliRow

    _check_output(out, json)
    found = read_rows(rows, UnlabelledNliRow if out else NliRow)
    with working("Loading the discriminators"):
        scorer = load_named_scorers(scorers).entailment

    def judge(batch: Sequence[Row[UnlabelledNliRow]]) -> list[Entailment]:
        premises = [row.value.premise for row in batch]
        return scorer.pairs(premises, [row.value.hypothesis for row in batch])

    judged, seconds = _in_batches(found, judge)
    if out:
        _write(out, found, [asdict(p) for p in judged])
    with working("Comparing with the baselines"):
        report = nli_report([row.value for row in found], judged, scorer.name, seconds)
    _show(report, out, json)


@app.command()
def relevance(
    rows: Rows, out: Out = None, json: Json = False, scorers: ScorersOption = "builtin"
) -> None:
    """Relevance: rows with character, statement, query and label 0 or 1.

    The label is optional with --out, which adds relevance to each row.
    """
    from guards.catalog import load_named_scorers
    from persona_sdk.cli.evaluate_report import relevance_report
    from persona_sdk.cli.rows import read_rows
    from persona_sdk.cli.schemas import RelevanceRow, UnlabelledRelevanceRow
    from persona_sdk.types import Query

    _check_output(out, json)
    found = read_rows(rows, UnlabelledRelevanceRow if out else RelevanceRow)
    with working("Loading the discriminators"):
        scorer = load_named_scorers(scorers).relevance

    def judge(batch: Sequence[Row[UnlabelledRelevanceRow]]) -> list[float]:
        queries = [Query(row.value.character, row.value.query) for row in batch]
        return scorer.pairs(queries, [row.value.statement for row in batch])

    judged, seconds = _in_batches(found, judge)
    if out:
        _write(out, found, [{"relevance": g} for g in judged])
    with working("Comparing with the baselines"):
        report = relevance_report([row.value for row in found], judged, scorer.name, seconds)
    _show(report, out, json)


def _check_output(out: str | None, json: bool) -> None:
    from persona_sdk.cli.output import refuse_partial

    if json and out == STANDARD_STREAM:
        fail("--json and --out - both want standard output: give --out a file", USAGE)
    if out and out != STANDARD_STREAM:
        refuse_partial(out)


def _in_batches(
    rows: Sequence[Item], judge: Callable[[Sequence[Item]], list[Judged]]
) -> tuple[list[Judged], float]:
    """Judge all rows; return the judgements in order and the seconds it took."""
    start = time.perf_counter()
    judged: list[Judged] = []
    with progress("Judging", total=len(rows)) as advance:
        for first in range(0, len(rows), BATCH_ROWS):
            batch = rows[first : first + BATCH_ROWS]
            try:
                judged += judge(batch)
            except ScorerError as error:
                place = f"rows {first + 1} to {first + len(batch)}"
                raise ScorerError(f"{place}: {error}") from error
            advance(len(batch))
    return judged, time.perf_counter() - start


def _write(out: str, rows: Sequence[Row[Schema]], added: Sequence[Mapping[str, object]]) -> None:
    from persona_sdk.cli.output import writing

    with writing(out) as writer:
        for row, fields in zip(rows, added, strict=True):
            writer.write({**row.fields, **fields})


def _show(report: EvalReport, out: str | None, json: bool) -> None:
    if json:
        print_json(report.as_json())
    else:
        console = err if out == STANDARD_STREAM else standard_output
        for part in report.as_text():
            console.print(part)
