"""Pairs whose answer is known: a scorer whose labels are mixed up shows here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from statistics import fmean
from typing import NamedTuple

from guards.config import NLI_LABELS
from persona_sdk.errors import WeightsError
from persona_sdk.protocols import EntailmentScorer, RelevanceScorer
from persona_sdk.types import Query, as_statements


class Probe(NamedTuple):
    """A reply and a statement that any NLI model should get right."""

    query: str
    reply: str
    statement: str


def probe_entailment(scorer: EntailmentScorer) -> None:
    """Check that each label, over its probes, is the likeliest one.

    Raises:
        WeightsError: It is not; the message shows what the probes gave.
    """
    found = {label: _mean(scorer, probes) for label, probes in ENTAILMENT_PROBES.items()}
    if all(max(given, key=given.__getitem__) == label for label, given in found.items()):
        return
    told = "; ".join(f"pairs of {label}: {_table(given)}" for label, given in found.items())
    raise WeightsError(
        f"{scorer.name} fails the probes, on average it gave {told}. Its labels do not mean what "
        f"they are called, or it was not trained for this: {_MEND}"
    )


def probe_relevance(scorer: RelevanceScorer) -> None:
    """Check that a query about a statement is more relevant to it than to another.

    Raises:
        WeightsError: It is not; the message shows what the probes gave.
    """
    related, other = scorer.relevance(RELEVANCE_QUERY, as_statements(RELEVANCE_STATEMENTS))
    if related > 0.5 > other:
        return
    near, far = RELEVANCE_STATEMENTS
    raise WeightsError(
        f"{scorer.name} fails a probe: to {RELEVANCE_QUERY.text!r} it gave {near!r} relevance "
        f"{related:.2f} and {far!r} {other:.2f}. Its labels do not mean what they are called, or "
        f"it was not trained for this: {_MEND}"
    )


def _mean(scorer: EntailmentScorer, probes: Sequence[Probe]) -> dict[str, float]:
    judged = [
        asdict(entailment)
        for query, reply, statement in probes
        for entailment in scorer.entailment(
            Query("Alice", query), [reply], as_statements([statement])
        )
    ]
    return {label: fmean(row[label] for row in judged) for label in NLI_LABELS}


def _table(given: dict[str, float]) -> str:
    return ", ".join(f"{label} {value:.2f}" for label, value in given.items())


_MEND = (
    "give them in the order of its outputs, as labels=(…) in Python or as id2label in its "
    "config.json, or name another model"
)
RELEVANCE_QUERY = Query("Alice", "Do you like coffee?")
RELEVANCE_STATEMENTS = ("Alice loves coffee.", "Alice's grandfather was a judge in Lisbon.")
ENTAILMENT_PROBES = {
    "contradiction": (
        Probe("Do you like coffee?", "No, I never drink coffee. I hate it.", "Alice loves coffee."),
        Probe("Where do you live?", "I live in Rome.", "Alice does not live in Rome."),
    ),
    "neutral": (
        Probe("How is the weather?", "It has been raining all morning.", "Alice has two brothers."),
        Probe("What do you do?", "I am a teacher.", "Alice has a red bicycle."),
    ),
    "entailment": (
        Probe("Do you like coffee?", "Yes, I love coffee.", "Alice loves coffee."),
        Probe("What do you do?", "I am a teacher at a school in Rome.", "Alice is a teacher."),
    ),
}
