"""A comparison as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulators.report.compare import Comparison
from simulators.report.markdown import plain, table
from simulators.report.records import Json, estimate
from simulators.values import RunConfig

FORMAT = "faithful-persona comparison"
VERSION = 1

HEAD = ("metric", "first", "second", "gain", "pairs", "second is")
"""Of the table of differences; `pairs` are the conversations in which both runs tell the metric."""


def as_json(comparison: Comparison) -> str:
    """Return the comparison as indented JSON in ASCII."""
    return json.dumps(as_record(comparison), indent=1, allow_nan=False) + "\n"


def as_record(comparison: Comparison) -> Json:
    """Return the comparison as plain lists, dicts, texts and numbers."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "first": _config(comparison.first),
        "second": _config(comparison.second),
        "pairs": comparison.pairs,
        "differences": [
            {
                "metric": d.metric,
                "first": d.first,
                "second": d.second,
                "gain": estimate(d.gain),
                "finding": d.finding,
            }
            for d in comparison.differences
        ],
        "varied": list(comparison.varied),
        "left_out": list(comparison.left_out),
    }


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as a page of Markdown."""
    return "\n\n".join("\n".join(part) for part in _parts(comparison)) + "\n"


def difference_rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """Yield the cells below `HEAD`."""
    for one in comparison.differences:
        gain = f"{one.gain.mean:+.3f} [{one.gain.low:+.3f}, {one.gain.high:+.3f}]"
        yield (
            one.metric,
            f"{one.first:.3f}",
            f"{one.second:.3f}",
            gain,
            str(one.gain.n),
            one.finding,
        )


def _parts(comparison: Comparison) -> Iterator[list[str]]:
    yield ["# Two runs compared"]
    yield [f"{comparison.pairs} paired conversations; the second less the first, 95% intervals."]
    yield [f"- {plain(line)}" for line in comparison.varied] or ["Nothing was varied."]
    yield table(HEAD, difference_rows(comparison))
    if comparison.left_out:
        yield [f"- left out: {plain(line)}" for line in comparison.left_out]


def _config(config: RunConfig) -> Json:
    return {
        "persona": config.persona.name,
        "character": config.character,
        "guard": config.guard,
        "user": config.user,
        "seed": config.seed,
        "settings": dict(config.settings),
    }
