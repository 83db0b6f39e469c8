"""Shows a finished loop: on a terminal for people, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table

from persona_sdk.cli.gate_view import STYLES
from persona_sdk.cli.loop_told import Told, facts, headline
from persona_sdk.cli.terminal import out, printable
from persona_sdk.training.gate.extremes import Contrast, losses, wins
from persona_sdk.training.gate.wording import outcome_line, rows

EXAMPLES = 2
"""Best wins, and worst losses, that are shown."""

HEADS = ("metric", "before", "after", "difference [95%]", "pairs", "stands")

REASONS = 4
"""Reasons of the verdict that a terminal shows, the weightiest first."""


def show(told: Told) -> None:
    """Print what became of the character."""
    verdict = told.verdict
    out.print(outcome_line(verdict), style=STYLES[verdict.outcome], soft_wrap=True)
    out.print(headline(told), soft_wrap=True)
    for reason in verdict.reasons[:REASONS]:
        out.print(f"  {printable(reason)}", soft_wrap=True)
    if (more := len(verdict.reasons) - REASONS) > 0:
        out.print(f"  and {more} more in the report")
    out.print()
    out.print(_metrics(told))
    out.print(f"Holds for {printable(verdict.scope)}.", soft_wrap=True)
    for title, found in examples(told):
        out.print()
        out.print(f"{title}: {printable(_one_line(found.before.query))}", soft_wrap=True)
        for side in (found.before, found.after):
            score = side.values[told.primary]
            reply = printable(_one_line(side.reply)) or "(nothing)"
            out.print(f"  {side.side:<6} {score:+.2f} {side.outcome:<8} {reply}", soft_wrap=True)
    out.print()
    grid = Table.grid(padding=(0, 2))
    for name, text in facts(told):
        grid.add_row(name, printable(text))
    out.print(grid)
    for command in told.commands:
        out.print(f"Talk to it: {printable(command)}", soft_wrap=True)


def as_json(told: Told) -> dict[str, Any]:
    """Return everything as JSON values."""
    return {
        "outcome": told.verdict.outcome,
        "reasons": list(told.verdict.reasons),
        "scope": told.verdict.scope,
        "installed": told.installed,
        "personas": list(told.names),
        "adapter": str(told.adapter),
        "commands": list(told.commands),
        "metrics": told.document["metrics"],
        "steps": {
            name: {"folder": str(told.folder / name), "seconds": entry.seconds, **entry.figures}
            for name, entry in told.steps.items()
        },
        "examples": [
            {"kind": title, "before": asdict(one.before), "after": asdict(one.after)}
            for title, one in examples(told)
        ],
    }


def examples(told: Told) -> Iterator[tuple[str, Contrast]]:
    """Yield the best wins and the worst losses, as many of each, with what they are."""
    found = list(told.contrasts)
    for one in wins(found, EXAMPLES):
        yield "Best win", one
    for one in losses(found, EXAMPLES):
        yield "Worst loss", one


def _metrics(told: Told) -> Table:
    """Return the metrics that the verdict hangs on; the report has all."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for head in HEADS:
        left = head in ("metric", "stands")
        table.add_column(head, justify="left" if left else "right", no_wrap=True)
    for row, finding in zip(rows(told.verdict), told.verdict.findings, strict=True):
        if finding.state != "told":
            label, before, after, difference, pairs, _, state = row
            table.add_row(label, before, after, difference, pairs, state)
    return table


def _one_line(text: str) -> str:
    return " ".join(text.split())
