"""`persona pairs stats` and `show`: what a file of pairs holds."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from persona_sdk.cli.terminal import note, out, print_json, printable

if TYPE_CHECKING:
    from persona_sdk.types import PreferencePair

File = Annotated[Path, typer.Argument(help="Pairs, JSON lines; .gz is unpacked.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(help="Same seed, same choice.", min=0)]


def stats(
    file: File,
    plot: Annotated[
        Path | None, typer.Option(help="Write a histogram of the margins there, as SVG.")
    ] = None,
    seed: Seed = 7,
    json: Json = False,
) -> None:
    """Count pairs, margins and lengths, and tell what style alone predicts.

    Example: persona pairs stats alice.jsonl --plot margins.svg
    """
    from persona_sdk.cli.pairs_report import read_report
    from persona_sdk.cli.pairs_tables import as_json, tables
    from persona_sdk.training.preferences.files import read_pairs
    from persona_sdk.training.preferences.summary import summarize

    summary = summarize(read_pairs(file), seed=seed)
    report = read_report(file)
    if plot is not None:
        _plot(summary.margins, plot)
    if json:
        print_json(as_json(summary, report))
        return
    for part in tables(summary, report):
        out.print(part, soft_wrap=isinstance(part, str))
        out.print()


def show(
    file: File,
    number: Annotated[int, typer.Option("--number", "-n", help="How many.", min=1)] = 3,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="Show the persona block and the earlier turns too.")
    ] = False,
    seed: Seed = 7,
    json: Json = False,
) -> None:
    """Print a few pairs, drawn by chance, with the statements that the rejected reply violates.

    Example: persona pairs show alice.jsonl -n 5
    """
    from persona_sdk.training.preferences.files import read_pairs, trl_row

    pairs = read_pairs(file)
    places = sorted(random.Random(seed).sample(range(len(pairs)), min(number, len(pairs))))
    if json:
        print_json([trl_row(pairs[place]) for place in places])
        return
    for place in places:
        _print(pairs[place], place + 1, prompt=prompt)
    note(f"{len(places)} of {len(pairs)} pairs")


def _print(pair: PreferencePair, number: int, *, prompt: bool) -> None:
    told = ", ".join(filter(None, (pair.persona, pair.source, f"margin {pair.margin:.2f}")))
    out.print(Text(printable(f"{number}: {told}"), style="bold"))
    for turn in pair.prompt if prompt else pair.prompt[-1:]:
        _line(turn.role, turn.content)
    _line("chosen", pair.chosen, "green")
    _line("rejected", pair.rejected, "red")
    for statement in pair.violated:
        _line("violates", statement)
    out.print()


def _line(name: str, text: str, style: str = "") -> None:
    out.print(Text.assemble((f"{name:>9}  ", style or "dim"), printable(text)), soft_wrap=True)


def _plot(margins: tuple[float, ...], path: Path) -> None:
    from persona_sdk.charts import histogram
    from persona_sdk.store.export import replacing

    with replacing(path) as file:
        file.write(histogram(margins, title="Margins of the pairs", x_label="ΔAPC"))
