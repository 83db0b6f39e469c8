"""Lays figures of pairs out: tables for people, JSON for programs, a histogram of the margins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from persona_sdk.cli.pairs_report import CHANCE, Report, surface_json
from persona_sdk.cli.terminal import printable, speaks_unicode

if TYPE_CHECKING:
    from persona_sdk.training.preferences.summary import Summary

_SHOWN = 8  # names of a count that a table spells out
_BINS, _WIDTH = 10, 40


def tables(summary: Summary, report: Report) -> Iterator[Table | str]:
    """Yield what a terminal shows of a set of pairs; an empty report leaves its parts out."""
    yield _grid(_figures(summary))
    yield _histogram(summary.margins)
    before, after = report.get("surface_before_matching"), surface_json(summary.surface)
    if after is None:
        yield "Too few pairs to say what style alone predicts."
    else:
        yield _surface(after, before)
    if dropped := report.get("dropped"):
        yield drops(dropped)


def drops(dropped: Mapping[str, int]) -> Table:
    """Return why queries, drafts and pairs were left out, and how many of them."""
    table = Table("left out", "", box=None, padding=(0, 2, 0, 0))
    for reason, count in sorted(dropped.items()):
        table.add_row(reason, f"{count}")
    return table


def as_json(summary: Summary, report: Report) -> dict[str, Any]:
    """Return everything the tables say; what is not known is None."""
    fields = summary._asdict()
    del fields["margins"]
    return fields | {
        "personas": dict(summary.personas.most_common()),
        "sources": dict(summary.sources.most_common()),
        "words": summary.words._asdict(),
        "negations": summary.negations._asdict(),
        "surface": surface_json(summary.surface),
        "surface_before_matching": report.get("surface_before_matching"),
        "unmatched_pairs": report.get("unmatched_pairs"),
        "dropped": report.get("dropped"),
    }


def _figures(summary: Summary) -> dict[str, str]:
    words, negations = summary.words, summary.negations
    return {
        "pairs": f"{summary.pairs}",
        "characters": _counted(summary.personas),
        "queries": f"{summary.queries}",
        "sources": _counted(summary.sources),
        "margin in ΔAPC": f"{summary.least_margin:.2f} to {summary.most_margin:.2f}, "
        f"median {summary.median_margin:.2f}",
        "words": f"chosen {words.chosen:.1f}, rejected {words.rejected:.1f}",
        "negations": f"chosen {negations.chosen:.2f}, rejected {negations.rejected:.2f}",
        "rejected violates a statement": f"{summary.violating / summary.pairs:.0%}",
        "a statement speaks for the rejected": f"{summary.opposed / summary.pairs:.0%}",
    }


def _grid(rows: Mapping[str, str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in rows.items():
        table.add_row(name, printable(value))
    return table


def _counted(counts: Counter[str]) -> str:
    told = ", ".join(f"{name} {count}" for name, count in counts.most_common(_SHOWN))
    more = len(counts) - _SHOWN
    return told + (f" and {more} more" if more > 0 else "")


def _histogram(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    bins = _BINS if high > low else 1
    width = (high - low) / bins
    counts = Counter(min(int((v - low) / width), bins - 1) if width else 0 for v in values)
    bar, most = "█" if speaks_unicode() else "#", max(counts.values())
    rows = [
        f"{low + place * width:8.2f}{counts[place]:7d} "
        + bar * round(counts[place] / most * _WIDTH)
        for place in range(bins)
    ]
    return "\n".join([f"{'margin':>8}{'pairs':>7}", *rows])


def _surface(after: Mapping[str, Any], before: Mapping[str, Any] | None) -> Table:
    columns = [f"guessed from style (chance {CHANCE:.0%})"]
    table = Table(*columns, box=None, padding=(0, 2, 0, 0))
    sides = [before, after] if before else [after]
    for name in ["unmatched", "these pairs"][-len(sides) :]:
        table.add_column(name)
    table.add_row("by all counts, cross-validated", *(_told(side["all"]) for side in sides))
    for name in after["rules"]:
        rule = f"more {name.replace('_', ' ')}"
        table.add_row(rule, *(_told(side["rules"][name]) for side in sides))
    return table


def _told(found: Mapping[str, float]) -> str:
    return f"{found['mean']:.1%} [{found['low']:.1%}, {found['high']:.1%}]"
