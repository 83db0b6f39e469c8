"""Shows the verdict of a gate on a terminal."""

from __future__ import annotations

from rich.table import Table

from persona_sdk.cli.gate_hold import Held
from persona_sdk.cli.terminal import out, printable
from persona_sdk.training.gate.wording import outcome_line, rows

STYLES = {"promote": "bold green", "reject": "bold red", "undecided": "bold yellow"}


def show(held: Held) -> None:
    """Print verdict, reasons and the table of metrics."""
    verdict = held.verdict
    out.print(outcome_line(verdict), style=STYLES[verdict.outcome], soft_wrap=True)
    for reason in verdict.reasons:
        out.print(f"  {printable(reason)}", soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for head in ("metric", "before", "after", "difference", "pairs", "lost", "stands"):
        table.add_column(head, justify="left" if head in ("metric", "stands") else "right")
    for row in rows(verdict):
        table.add_row(*row)
    out.print(table)
    out.print(f"Holds for {verdict.scope}.", soft_wrap=True)
