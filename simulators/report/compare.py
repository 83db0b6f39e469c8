"""Two runs on the same users and seeds: what is better, by how much, and what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from persona_sdk.statistics import Estimate
from simulators.audit import Audit
from simulators.report.conversation_metrics import METRICS, Metric
from simulators.report.intervals import gain
from simulators.report.turns import BROKEN_BY_OTHERS, CUT_SHORT
from simulators.values import Dialogue, Run, RunConfig

Finding = Literal["better", "worse", "not resolved"]
"""Of the second run beside the first; `not resolved` where the interval holds 0, or where there
are fewer than `FEWEST` pairs."""

FEWEST = 6
"""Pairs that a finding needs: of five, all on one side is what a coin does once in 16 times."""

NOT_THE_CHARACTERS = {
    "difficulty": "difficulty of the users",
    "logs": "chat logs that the users repeat",
    "exact": "exactness of the guard",
}
"""Settings of a run that change the users or the judge, and how they are called."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric in two runs, over the conversations in which both tell it."""

    metric: str
    first: float
    second: float
    gain: Estimate
    """Second less first, with its interval."""
    finding: Finding


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, conversation by conversation."""

    first: RunConfig
    second: RunConfig
    pairs: int
    """Conversations that both runs have held and that nobody but the character broke off."""
    differences: tuple[Difference, ...]
    varied: tuple[str, ...]
    """What was not alike in the two runs: that is what the differences may come from."""
    left_out: tuple[str, ...]
    """Metrics that could not be compared, and why."""


def compare(
    first: Run, second: Run, *, audits: tuple[Audit | None, Audit | None] = (None, None)
) -> Comparison:
    """Compare the second run with the first on paired conversations.

    Args:
        first: The run to compare with.
        second: The run that may be better or worse.
        audits: Of their simulators; void runs are refused, spoilt conversations left out.

    Raises:
        ValueError: The runs do not compare; the message says what differs.

    Example:
        >>> from persona_sdk.types import Persona
        >>> config = RunConfig(Persona("Tess", ()), (), 0, 1, 7, "a", "agenda", "builtin warn")
        >>> compare(Run(config, ()), Run(config, ()))
        Traceback (most recent call last):
            ...
        ValueError: the runs have no conversation in common that both have held
    """
    for name, audit in zip(("first", "second"), audits, strict=True):
        if audit is not None and audit.void:
            raise ValueError(f"the {name} run is void: {'; '.join(audit.void)}")
    if differing := incomparable(first.config, second.config):
        raise ValueError(f"the runs do not compare: {'; '.join(differing)}")
    spoilt = {void.number for audit in audits if audit for void in audit.voided}
    pairs = [pair for pair in _pairs(first, second) if pair[0].number not in spoilt]
    if not pairs:
        raise ValueError("the runs have no conversation in common that both have held")
    same_statements = first.config.persona.statements == second.config.persona.statements
    differences: list[Difference] = []
    left_out: list[str] = []
    for metric in METRICS:
        found = _difference(metric, pairs)
        if metric.of_statements and not same_statements:
            left_out.append(f"{metric.name}: the personas have other statements")
        elif found is None:
            left_out.append(f"{metric.name}: no conversation tells it in both runs")
        else:
            differences.append(found)
    return Comparison(
        first.config,
        second.config,
        len(pairs),
        tuple(differences),
        _varied(first.config, second.config),
        tuple(left_out),
    )


def incomparable(first: RunConfig, second: RunConfig) -> list[str]:
    """Return what keeps two runs from being compared; nothing where they can be."""
    pairs = [
        ("seed", str(first.seed), str(second.seed)),
        ("turns", str(first.turns), str(second.turns)),
        ("user simulator", first.user, second.user),
        ("scorers of the guard", _scorers(first.guard), _scorers(second.guard)),
        ("number of users", str(len(first.profiles)), str(len(second.profiles))),
    ]
    one, other = dict(first.settings), dict(second.settings)
    for name, told in NOT_THE_CHARACTERS.items():
        pairs.append((told, one.get(name, "–"), other.get(name, "–")))
    found = [f"{name}: {a!r} and {b!r}" for name, a, b in pairs if a != b]
    unlike = ((a, b) for a, b in zip(first.profiles, second.profiles, strict=False) if a != b)
    if (both := next(unlike, None)) is not None:
        names = " and ".join(repr(profile.id) for profile in both)
        found.append(f"users: {names} are not the same profile")
    return found


def _difference(metric: Metric, pairs: Sequence[tuple[Dialogue, Dialogue]]) -> Difference | None:
    told = [
        (a, b)
        for one, other in pairs
        if (a := metric.measure(one)) is not None and (b := metric.measure(other)) is not None
    ]
    if not told:
        return None
    before, after = [a for a, _ in told], [b for _, b in told]
    found = gain([b - a for a, b in told], of_shares=metric.is_share)
    assert found is not None  # there are pairs
    return Difference(
        metric.name, fmean(before), fmean(after), found, _finding(found, metric.more_is_better)
    )


def _finding(found: Estimate, more_is_better: bool) -> Finding:
    if found.n < FEWEST or found.low <= 0 <= found.high:
        return "not resolved"
    return "better" if (found.mean > 0) == more_is_better else "worse"


def _pairs(first: Run, second: Run) -> list[tuple[Dialogue, Dialogue]]:
    """Pair the conversations of one number; the seeds show that they are the same one."""
    others = {d.number: d for d in second.dialogues if _tells(d)}
    return [
        (d, other)
        for d in first.dialogues
        if _tells(d) and (other := others.get(d.number)) is not None and other.seed == d.seed
    ]


def _tells(dialogue: Dialogue) -> bool:
    ended = dialogue.status not in CUT_SHORT
    return ended and bool(dialogue.exchanges) and dialogue.fault not in BROKEN_BY_OTHERS


def _varied(first: RunConfig, second: RunConfig) -> tuple[str, ...]:
    pairs = [
        ("character", first.character, second.character),
        ("guard", first.guard, second.guard),
        ("persona", first.persona.name, second.persona.name),
        ("conversations", str(first.conversations), str(second.conversations)),
    ]
    one, other = dict(first.settings), dict(second.settings)
    for name in dict.fromkeys((*one, *other)):
        pairs.append((name, one.get(name, "–"), other.get(name, "–")))
    found = [f"{name}: {a} → {b}" for name, a, b in pairs if a != b]
    if first.persona.name == second.persona.name and first.persona != second.persona:
        found.append("persona: another version of the same name")
    return tuple(found)


def _scorers(guard: str) -> str:
    """Return the guard's name without its mode: a mode may be what is compared."""
    name, _, mode = guard.rpartition(" ")
    return name if mode in ("off", "warn", "enforce") and name else guard
