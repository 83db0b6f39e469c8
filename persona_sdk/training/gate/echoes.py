"""Repetition between replies: read off all drafts of a side, so measured after the last of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from persona_sdk.repetition import Gram, grams
from persona_sdk.training.gate.values import Measurement, Side


def with_echoes(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Add `echoed` to every draft: the share of its runs of four words that other drafts hold.

    The others are those of the same side and character. A draft that is too short for a run
    echoes nothing.
    """
    found = list(measurements)
    said: dict[tuple[Side, str], Counter[Gram]] = defaultdict(Counter)
    for one in found:
        if _is_draft(one):
            said[one.side, one.persona].update(_runs(one))
    return [
        replace(one, values={**one.values, "echoed": _echoed(one, said[one.side, one.persona])})
        if _is_draft(one)
        else one
        for one in found
    ]


def _is_draft(one: Measurement) -> bool:
    return one.task == "reply" and not one.error


def _runs(one: Measurement) -> frozenset[Gram]:
    return frozenset(grams(one.reply))


def _echoed(one: Measurement, said: Counter[Gram]) -> float:
    mine = _runs(one)
    return sum(said[run] > 1 for run in mine) / len(mine) if mine else 0.0
