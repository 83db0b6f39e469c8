"""The report of a gate, as Markdown and as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from persona_sdk.store.export import replacing
from persona_sdk.training.gate import plots
from persona_sdk.training.gate.extremes import Contrast, contrasts, losses, wins
from persona_sdk.training.gate.metrics import metric
from persona_sdk.training.gate.values import GateVerdict, Measurement
from persona_sdk.training.gate.wording import HEADS, cell, harmless, outcome_line, remark, rows

MARKDOWN, HTML = "report.md", "report.html"
"""Names of the two files in the folder of a gate."""


def write_report(
    verdict: GateVerdict,
    measurements: Sequence[Measurement],
    document: Mapping[str, Any],
    folder: Path,
) -> Path:
    """Write both forms into the folder of a gate and return the path of the page.

    Args:
        verdict: What was decided.
        measurements: By which; texts of the worst and best items are shown.
        document: What `gate.json` holds.
        folder: Of the gate.

    Raises:
        StoreError: A file cannot be written.
    """
    found = contrasts(measurements, document["bars"]["primary"])
    for name, text in (
        (MARKDOWN, as_markdown(verdict, found, document)),
        (HTML, as_html(verdict, found, document)),
    ):
        with replacing(folder / name) as file:
            file.write(text)
    return folder / HTML


def as_markdown(verdict: GateVerdict, found: list[Contrast], document: Mapping[str, Any]) -> str:
    """Return the report as Markdown."""
    return "\n".join(harmless(line) for line in _lines(verdict, found, document)) + "\n"


def as_html(verdict: GateVerdict, found: list[Contrast], document: Mapping[str, Any]) -> str:
    """Return the report as a page; every text that a persona or model wrote is escaped."""
    primary = document["bars"]["primary"]
    drawn = [plots.shares(verdict)]
    if found:
        drawn += [plots.by_persona(found, primary), plots.gains(found, primary)]
    text = (
        environment("persona_sdk.training.gate")
        .get_template("report.html.j2")
        .render(
            title=outcome_line(verdict),
            verdict=verdict,
            heads=HEADS,
            rows=list(zip(rows(verdict), verdict.findings, strict=True)),
            charts=[Markup(svg) for svg in drawn],
            label=metric(primary).label,
            sets=[("Worst losses", losses(found)), ("Best wins", wins(found))],
            primary=primary,
            document=document,
        )
    )
    return text.encode("utf-8", "replace").decode()


def _lines(
    verdict: GateVerdict, found: list[Contrast], document: Mapping[str, Any]
) -> Iterator[str]:
    settings = document["settings"]
    yield f"# {outcome_line(verdict)}\n"
    for side in ("before", "after"):
        yield f"- {side}: `{settings[side]['name']}`"
    yield f"- holds for {verdict.scope}"
    yield f"- seed {settings['seed']}, {document['measurements']} measurements\n"
    yield from (f"- {cell(reason)}" for reason in verdict.reasons)
    yield f"\n| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}"
    for row in rows(verdict):
        yield f"| {' | '.join(map(cell, row))} |"
    primary = document["bars"]["primary"]
    for title, shown in (("Worst losses", losses(found)), ("Best wins", wins(found))):
        yield f"\n## {title} in {metric(primary).label}\n"
        yield "| character | query | before | after | gain |\n| --- | --- | --- | --- | --- |"
        for one in shown:
            texts = (one.before.persona, one.before.query, one.before.reply, one.after.reply)
            yield f"| {' | '.join(map(cell, texts))} | {one.gain:+.2f} |"


def environment(package: str) -> Environment:
    """Return what renders the pages of a package: all that is printed is escaped."""
    found = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # What is printed is data: none of it may turn the line around or break the file.
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )
    found.filters["remark"] = remark
    return found
