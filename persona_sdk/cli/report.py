"""`persona report`: what a stress run came to, and how two runs compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.prices import PriceIn, PriceOut, UserPriceIn, UserPriceOut, priced
from persona_sdk.cli.terminal import (
    BAD_INPUT,
    Commands,
    fail,
    new_app,
    note,
    out,
    print_json,
    printable,
    working,
)

if TYPE_CHECKING:
    from simulators.report import Comparison, Document

_WRITE = "write"
_HELP = ("-h", "--help")


class _Reports(Commands):
    """Takes a folder in place of a command: `persona report FOLDER` writes its report."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in (*self.commands, *_HELP):
            args = [_WRITE, *args]
        return super().parse_args(ctx, args)


app = new_app(
    "Write the report of a stress run: persona report FOLDER, with the options of `write`. "
    "Or compare two runs."
)
app.info.cls = _Reports

Folder = Annotated[
    str, typer.Argument(help="Folder of a run, as `persona stress` writes it.", callback=utf8)
]
Json = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@app.command(_WRITE)
def write(
    folder: Folder,
    to: Annotated[
        Path | None, typer.Option("--out", help="Folder for the report; default: the run's own.")
    ] = None,
    json: Json = False,
    words: Annotated[
        bool, typer.Option(help="Find failures that say alike by words, without vectors.")
    ] = False,
    price_in: PriceIn = 0.0,
    price_out: PriceOut = 0.0,
    user_price_in: UserPriceIn = None,
    user_price_out: UserPriceOut = None,
) -> None:
    """Write report.html, report.md and report.json from the journal of a run.

    A journal holds tokens and no prices: give them for the report to tell what the run cost.
    """
    from persona_sdk.cli.embedding import load_embedder
    from simulators.journal import read_run
    from simulators.report.document import audit_of, document
    from simulators.report.records import as_record
    from simulators.report.writing import write_document
    from simulators.running.budget import Budget
    from simulators.running.tally import tally_of

    prices = priced(price_in, price_out, user_price_in, user_price_out)
    run = read_run(folder)
    cost = Budget(character=prices.character, user=prices.user).cost(tally_of(run.dialogues))
    with working("Measuring the run"):
        embedder = None if words else load_embedder()
        told = document(run, folder, audit=audit_of(run), embedder=embedder, cost=cost or None)
        page = write_document(told, to or folder)
    if json:
        print_json(as_record(told))
        note(f"report: {page}")
    else:
        _print_headline(told)
        out.print(printable(f"report: {page}"), soft_wrap=True)


@app.command()
def compare(
    first: Folder,
    second: Folder,
    json: Json = False,
    to: Annotated[
        Path | None, typer.Option("--out", help="Write it here too: Markdown, or JSON for .json.")
    ] = None,
) -> None:
    """Compare a second run with a first on the same users and seeds, with paired intervals.

    Runs of other users, seeds or scorers are refused, and so are void ones. Fewer than six pairs
    resolve nothing.
    """
    from simulators.journal import read_run
    from simulators.report import audit_of, comparison_text
    from simulators.report.compare import compare as compared
    from simulators.report.writing import replace_file

    with working("Comparing the runs"):
        runs = read_run(first), read_run(second)
        try:
            comparison = compared(*runs, audits=(audit_of(runs[0]), audit_of(runs[1])))
        except ValueError as error:
            fail(str(error), BAD_INPUT)
    if to is not None:
        as_text = comparison_text.as_json if to.suffix == ".json" else comparison_text.as_markdown
        replace_file(to, as_text(comparison))
    if json:
        print_json(comparison_text.as_record(comparison))
    else:
        _print_comparison(comparison)


def _print_headline(told: Document) -> None:
    from rich.table import Table

    from simulators.report.wording import decimal_interval, judged, percent_interval, unjudged

    figures = told.figures
    out.print(f"{figures.finished} of {figures.planned} conversations, {figures.turns} turns")
    if told.void:
        out.print("VOID: the simulated users failed their audit; no score of this run counts")
        for reason in told.audit.void if told.audit else ():
            out.print(printable(reason), soft_wrap=True)
        return
    if not figures.checked:
        told_why = unjudged(told.run.config.guard)
        out.print(f"{told_why}: there is nothing to say about faithfulness")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("", "violation rate", "ΔAPC", "coverage"):
        table.add_column(head)
    for name, part in (("first drafts", figures.drafts), ("as shown", figures.shown)):
        table.add_row(
            name,
            percent_interval(part.violation_rate),
            decimal_interval(part.delta_apc),
            percent_interval(part.coverage),
        )
    out.print(table)
    out.print(f"first drafts: {judged(figures.drafts)}")
    for one in told.worst[:1]:
        out.print(printable(f"worst turn: {told.replay(one.first)}"), soft_wrap=True)


def _print_comparison(found: Comparison) -> None:
    from rich.table import Table

    from simulators.report.comparison_text import HEAD, difference_rows

    out.print(f"{found.pairs} paired conversations; second less first, 95% intervals")
    for line in found.varied or ("nothing was varied",):
        out.print(printable(line), soft_wrap=True)
    table = Table(*HEAD, box=None, pad_edge=False)
    for row in difference_rows(found):
        table.add_row(*row)
    out.print(table)
    for line in found.left_out:
        note(f"left out: {line}")
