"""The report of a loop: what was done, the curves of the trainings, the gate's table, examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from persona_sdk.charts import Line, line_chart
from persona_sdk.cli.loop_gate import GATE
from persona_sdk.cli.loop_told import Told, facts, headline
from persona_sdk.cli.loop_view import examples
from persona_sdk.store.export import replacing
from persona_sdk.training.gate.report import HTML, MARKDOWN, environment
from persona_sdk.training.gate.wording import HEADS, cell, harmless, outcome_line, remark, rows

_PLOTS = (
    ("loss", "Loss", (("train", "loss"), ("dev", "eval_loss"))),
    (
        "rewards/margins",
        "Reward margin",
        (("train", "rewards/margins"), ("dev", "eval_rewards/margins")),
    ),
)
"""The curve that has to be there, the title, and what is drawn."""


def write_report(told: Told) -> Path:
    """Write both forms into the folder of the loop and return the path of the page.

    Raises:
        StoreError: A file cannot be written.
    """
    for name, text in ((MARKDOWN, as_markdown(told)), (HTML, as_html(told))):
        with replacing(told.folder / name) as file:
            file.write(text)
    return told.folder / HTML


def as_markdown(told: Told) -> str:
    """Return the report as Markdown; curves are on the page alone."""
    return "\n".join(harmless(line) for line in _lines(told)) + "\n"


def as_html(told: Told) -> str:
    """Return the report as one page; every text that a persona or model wrote is escaped."""
    page = environment("persona_sdk.cli").get_template("loop_report.html.j2")
    text = page.render(
        told=told,
        title=outcome_line(told.verdict),
        headline=headline(told),
        facts=facts(told),
        heads=HEADS,
        rows=[
            (row, finding, remark(finding))
            for row, finding in zip(rows(told.verdict), told.verdict.findings, strict=True)
        ],
        charts=[Markup(svg) for svg in curves(told)],
        examples=list(examples(told)),
        gate=f"{GATE}/report.html",
    )
    return text.encode("utf-8", "replace").decode()


def curves(told: Told) -> Iterator[str]:
    """Yield the curves of each training as SVG."""
    for method, record in told.trainings.items():
        points = record["curve"]
        for needed, title, drawn in _PLOTS:
            if not any(needed in point for point in points):
                continue
            lines = []
            for name, key in drawn:
                own = [point for point in points if key in point]
                if own:
                    steps, values = [p["step"] for p in own], [p[key] for p in own]
                    lines.append(Line(name, steps, values))
            yield line_chart(lines, title=f"{title}, {method.upper()}", x_label="steps")


def _lines(told: Told) -> Iterator[str]:
    yield f"# {outcome_line(told.verdict)}\n"
    yield f"{', '.join(told.names)}: {headline(told)}\n"
    yield from (f"- {cell(reason)}" for reason in told.verdict.reasons)
    yield "\n## What was done\n"
    yield from (f"- {name}: {cell(text)}" for name, text in facts(told))
    yield f"\n## Before and after\n\n| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}"
    for row in rows(told.verdict):
        yield f"| {' | '.join(map(cell, row))} |"
    yield f"\nHolds for {cell(told.verdict.scope)}. All of it: [{GATE}]({GATE}/report.md)."
    yield "\n## Side by side\n\n| | query | before | after | gain |"
    yield "| --- | --- | --- | --- | --- |"
    for title, one in examples(told):
        texts = (title, one.before.query, one.before.reply, one.after.reply)
        yield f"| {' | '.join(map(cell, texts))} | {one.gain:+.2f} |"
    yield "\n## Talk to it\n\n```"
    yield from told.commands
    yield "```"
