"""What the records of a contest come to: one line for each row, and rows beside the first."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from persona_sdk.sentences import split_segments
from persona_sdk.statistics import Estimate, bootstrap, paired
from simulators.gym.known_answers.items import KINDS, Item, Kind
from simulators.gym.known_answers.journal import Record


@dataclass(frozen=True, slots=True)
class Standing:
    """How one row did; None where there was nothing to measure."""

    row: str
    control: bool
    score: Estimate | None
    """Share of the scored items that pass, in [0, 1]."""
    kinds: Mapping[Kind, Estimate]
    """The same for each kind that was asked."""
    corrected: Estimate | None
    """Share in [0, 1] of the false premises that the reply puts right."""
    delta_apc: Estimate | None
    """ΔV_APC (arXiv 2405.07726, eq. 6) per reply to the fixed queries and single questions."""
    coverage: Estimate | None
    """Share in [0, 1] of the statements a question asks for that the reply expresses."""
    contradictions: Estimate | None
    """Share in [0, 1] of the checked replies that go against a statement."""
    repetition: float | None
    """Share in [0, 1] of the sentences that the row said before, in answer to something else."""
    seconds: float | None
    """Median of a reply."""
    tokens: float | None
    """Mean of a reply, rejected drafts included; None where nobody counts them."""
    unscored: int
    """Items whose answer could not be decided."""
    errors: int
    """Items and queries without an answer."""


class Difference(NamedTuple):
    """A row less the first one, over what both answered."""

    row: str
    measure: str
    estimate: Estimate

    @property
    def resolved(self) -> bool:
        """Whether the interval leaves out 0."""
        return not self.estimate.low <= 0 <= self.estimate.high


def standings(
    records: Sequence[Record], items: Sequence[Item], *, controls: Sequence[str] = ()
) -> list[Standing]:
    """Return one standing a row, in the order in which the rows first answered.

    Items about the same statements are not independent, so intervals draw them together.
    """
    topics = _topics(items)
    rows = dict.fromkeys(record.row for record in records)
    return [
        _standing(row, [r for r in records if r.row == row], topics, row in controls)
        for row in rows
    ]


def differences(
    records: Sequence[Record], items: Sequence[Item], *, first: str
) -> list[Difference]:
    """Return how each row differs from `first` in score and ΔAPC, paired by item."""
    topics = _topics(items)
    found: list[Difference] = []
    measures = {"score": _passes, "delta_apc": _gains}
    for name, measure in measures.items():
        base = measure([r for r in records if r.row == first])
        for row in dict.fromkeys(r.row for r in records if r.row != first):
            other = measure([r for r in records if r.row == row])
            shared = [key for key in base if key in other]
            if shared:
                before, after = [base[k] for k in shared], [other[k] for k in shared]
                groups = [topics.get(key, key) for key in shared]
                found.append(Difference(row, name, paired(before, after, groups=groups)))
    return found


def unusable(found: Sequence[Standing]) -> dict[str, str]:
    """Return the measures on which a control is at least as good as every row, with its name.

    Such a measure ranks nobody. Measures are `score`, `delta_apc`, `coverage` and the kinds.
    """
    flagged: dict[str, str] = {}
    names = ("score", "delta_apc", "coverage", *KINDS)
    for name in names:
        own = [e.mean for s in found if not s.control and (e := _measure(s, name))]
        for control in (s for s in found if s.control):
            estimate = _measure(control, name)
            if own and estimate and estimate.mean >= max(own):
                flagged.setdefault(name, control.row)
    return flagged


def _measure(standing: Standing, name: str) -> Estimate | None:
    measures: dict[str, Estimate | None] = {
        "score": standing.score,
        "delta_apc": standing.delta_apc,
        "coverage": standing.coverage,
    }
    measures.update(standing.kinds.items())
    return measures.get(name)


def _standing(
    row: str, records: Sequence[Record], topics: Mapping[str, str], control: bool
) -> Standing:
    passes = _passes(records)
    marks = [record.mark for record in records if record.mark]
    checked = {r.item_id: r.checked for r in records if r.checked}
    scored = {key: c for key, c in checked.items() if c.outcome != "unscored"}
    seconds = [s for record in records for s in record.seconds]
    replies = sum(len(record.replies) for record in records)
    tokens = sum(record.tokens for record in records)
    kind_of = {mark.item_id: mark.kind for mark in marks}
    of_kind = {
        kind: {key: value for key, value in passes.items() if kind_of[key] == kind}
        for kind in KINDS
    }
    premises = [m for m in marks if m.kind == "false-premise" and m.outcome != "unscored"]
    return Standing(
        row=row,
        control=control,
        score=_estimate(passes, topics),
        kinds={kind: e for kind in KINDS if (e := _estimate(of_kind[kind], topics))},
        corrected=_estimate({m.item_id: float(m.extra) for m in premises}, topics),
        delta_apc=_estimate(_gains(records), topics),
        coverage=_estimate(
            {key: c.coverage for key, c in checked.items() if c.coverage is not None}, topics
        ),
        contradictions=_estimate(
            {key: float(c.outcome == "fail") for key, c in scored.items()}, topics
        ),
        repetition=_repetition(records),
        seconds=statistics.median(seconds) if seconds else None,
        tokens=tokens / replies if tokens and replies else None,
        unscored=sum(mark.outcome == "unscored" for mark in marks),
        errors=sum(bool(record.error) for record in records),
    )


def _passes(records: Sequence[Record]) -> dict[str, float]:
    marks = [record.mark for record in records if record.mark]
    return {m.item_id: float(m.outcome == "pass") for m in marks if m.outcome != "unscored"}


def _gains(records: Sequence[Record]) -> dict[str, float]:
    return {
        r.item_id: r.checked.delta_apc
        for r in records
        if r.checked and r.checked.delta_apc is not None
    }


def _repetition(records: Sequence[Record]) -> float | None:
    said: set[str] = set()
    again = total = 0
    for record in records:
        texts = [s.text.lower() for reply in record.replies for s in split_segments(reply)]
        again += sum(text in said for text in texts)
        total += len(texts)
        said.update(texts)
    return again / total if total else None


def _estimate(values: Mapping[str, float], topics: Mapping[str, str]) -> Estimate | None:
    if not values:
        return None
    groups = [topics.get(key, key) for key in values]
    return bootstrap(list(values.values()), groups=groups)


def _topics(items: Sequence[Item]) -> dict[str, str]:
    return {item.id: " ".join(item.statement_ids) or item.id for item in items}
