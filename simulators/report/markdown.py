"""The report as Markdown: what a pull request or a terminal can show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from simulators.report.clusters import by_attack
from simulators.report.document import Document
from simulators.report.faithfulness import Faithfulness
from simulators.report.groups import Group, attack_of
from simulators.report.turns import NumberedTurn
from simulators.report.wording import (
    AUDITED,
    RUNGS,
    checked,
    counts,
    decimal,
    decimal_interval,
    drift_words,
    endings,
    evidence,
    harmless,
    percent,
    percent_interval,
    plural,
    seconds,
    unjudged,
    why,
)

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&@!])")
_FAITHFULNESS = ("violation rate", "ΔAPC", "coverage", "judged", "unscored")


def as_markdown(told: Document) -> str:
    """Return the whole report; what a persona, user or model wrote stands there as plain text."""
    text = "\n\n".join("\n".join(part) for part in _parts(told) if part) + "\n"
    return text.encode("utf-8", "replace").decode()


def plain(text: str) -> str:
    r"""Return `text` on one line, with nothing in it that Markdown or HTML would read.

    Example:
        >>> plain("*I* love\n<b>")
        '\\*I\\* love \\<b\\>'
    """
    return _MARKUP.sub(r"\\\1", " ".join(harmless(text).split()))


def code(text: str) -> str:
    """Return `text` as code on one line, whatever backticks it holds.

    Example:
        >>> code("a`b")
        '`` a`b ``'
    """
    line = " ".join(harmless(text).split())
    longest = max(map(len, re.findall("`+", line)), default=0)
    return f"{'`' * (longest + 1)} {line} {'`' * (longest + 1)}" if longest else f"`{line}`"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a table; the cells must be plain already."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]


def _parts(told: Document) -> Iterator[list[str]]:
    yield from _head(told)
    if told.figures.checked and not told.void:
        yield from _scores(told)
    yield _facts(told)
    if told.figures.checked or told.failed:
        yield from _failures(told)
    if told.broken:
        yield ["## Broken off"]
    for one in told.broken:
        yield [
            f"- {one.number} with {plain(one.profile_id)}, by {one.fault or '–'}: "
            f"{plain(one.error)} {code(told.replay_whole(one))}"
        ]


def _head(told: Document) -> Iterator[list[str]]:
    config, figures = told.run.config, told.figures
    yield [f"# Stress test of {plain(config.persona.name)}"]
    yield [
        f"{plural(figures.conversations, 'conversation')}, {plural(figures.turns, 'turn')}, "
        f"model {plain(config.character)}, user {plain(config.user)}, "
        f"guard {plain(config.guard)}, seed {config.seed}"
    ]
    if told.void:
        yield ["**VOID**: the simulated users failed their audit. No score of this run counts."]
    if told.audit is not None:
        yield [f"Audit of the simulated users: {AUDITED[told.audit.outcome]}"]
        wrong = [finding for finding in told.audit.findings if finding.outcome != "pass"]
        yield [f"- {checked(f)}: {plain(f.name)}: {plain(f.reason)}" for f in wrong]
    if not figures.checked:
        yield [f"**{unjudged(config.guard)}**: there is nothing to say about faithfulness."]
    if figures.finished < figures.planned:
        yield [f"**Unfinished**: {figures.finished} of {figures.planned} conversations have ended."]


def _scores(told: Document) -> Iterator[list[str]]:
    figures = told.figures
    stages = (("first drafts", figures.drafts), ("as shown", figures.shown))
    yield table(("replies", *_FAITHFULNESS), [(name, *_cells(f)) for name, f in stages])
    yield [f"Clean conversations: {percent_interval(figures.clean)}"]
    if figures.pass_hat:
        rows = [(p.k, percent_interval(p.chance), p.chance.n) for p in figures.pass_hat]
        yield table(("k", "pass^k", "users"), rows)
    yield ["## Drift"]
    yield [f"Later half of a conversation less its earlier half: {drift_words(figures.drift)}"]
    points = figures.drift.points
    yield table(("turn", *_FAITHFULNESS), [(p.turn, *_cells(p.drafts)) for p in points])
    yield ["## Attacks"]
    yield _group_table("attack", figures.by_attack)
    yield ["## Users"]
    yield _group_table("user", figures.by_profile)


def _facts(told: Document) -> list[str]:
    figures, effort = told.figures, told.figures.effort
    lines = [
        f"- ended: {endings(figures.statuses)}",
        f"- broken off by: {counts(figures.faults)}",
        f"- spoilt by the simulator and left out: {figures.spoilt}",
        f"- simulator caught itself at: {plain(counts(figures.simulator_faults))}",
        f"- repaired {percent(effort.repaired)}, fallback lines {percent(effort.fallback)}, "
        f"nothing shown {percent(effort.blocked)}, {decimal(effort.attempts)} drafts a reply",
        f"- reply in {seconds(effort.character.seconds_p50)} median, "
        f"{seconds(effort.character.seconds_p95)} at the 95th percentile",
        f"- tokens written: character {effort.character.total.completion_tokens}, "
        f"users {effort.user.total.completion_tokens}",
    ]
    return [*lines, *([f"- cost: {told.cost:.4f}"] if told.cost is not None else [])]


def _failures(told: Document) -> Iterator[list[str]]:
    if told.clusters:
        yield from _clusters(told)
    if told.worst:
        yield ["## Worst conversations"]
    for one in told.worst:
        yield [
            f"- {one.dialogue.number} with {plain(one.dialogue.profile_id)}: "
            f"{plural(one.violations, 'violation')}, {one.failed} of "
            f"{plural(len(one.dialogue.exchanges), 'turn')} failed: {code(told.replay(one.first))}"
        ]
    yield [f"## Failed turns ({len(told.failed)})"]
    for turn in told.failed:
        yield list(_turn(told, turn))


def _clusters(told: Document) -> Iterator[list[str]]:
    yield ["## What was violated"]
    yield table(
        ("statement", "turns", "after", "for example"),
        [
            (
                f"{plain(c.statement.id)} {plain(c.statement.text)}",
                c.turns,
                plain(counts(c.attacks)),
                f"“{plain(c.patterns[0].failures[0].violation.sentence)}”",
            )
            for c in told.clusters
        ],
    )
    yield [f"- after {plain(a)}: {plain(counts(f))}" for a, f in by_attack(told.clusters)]


def _turn(told: Document, turn: NumberedTurn) -> Iterator[str]:
    spoilt = ", in a spoilt conversation" if told.is_spoilt(turn.dialogue) else ""
    yield f"### {turn.place}, {plain(attack_of(turn))}{spoilt}"
    yield ""
    yield code(told.replay(turn))
    yield ""
    yield f"- user: {plain(turn.exchange.move.text)}"
    for attempt in turn.exchange.reply.attempts:
        verdict = attempt.verdict
        yield f"- {RUNGS[attempt.rung]}, {verdict.outcome}: {plain(attempt.draft)}"
        if verdict.outcome != "pass":
            reasons = [evidence(v) for v in verdict.violations] or [why(attempt)]
            yield from (f"  - {plain(reason)}" for reason in reasons)
    if turn.blocked:
        yield "- nothing was shown"


def _group_table(what: str, groups: Sequence[Group]) -> list[str]:
    rows = [(plain(g.name), g.conversations, *_cells(g.drafts)) for g in groups]
    return table((what, "conversations", *_FAITHFULNESS), rows)


def _cells(one: Faithfulness) -> tuple[object, ...]:
    return (
        percent_interval(one.violation_rate),
        decimal_interval(one.delta_apc),
        percent_interval(one.coverage),
        one.judged,
        one.unscored,
    )
