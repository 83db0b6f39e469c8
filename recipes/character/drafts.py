"""Drafts of made-up characters, judged by the guard: what preference pairs are chosen from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.protocols import ChatModel, Guard
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.journal import CandidateJournal, journal_key
from persona_sdk.training.preferences.sampling import sample_candidates
from persona_sdk.types import GenerationOptions
from recipes.character.people import Judges
from recipes.character.rows import people, queries, strangers
from recipes.character.talk import HARD

OPTIONS = GenerationOptions(max_tokens=90, temperature=0.9)
"""Warm enough that the drafts of a query differ, and no longer than a reply may be."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many drafts of how many characters."""

    people: int = 120
    queries: int = 3
    """Of each character."""
    k: int = 4
    """Drafts of each query."""
    seed: int = 29
    """Other characters than those of the rows, made of the same facts."""


def drafts(
    folder: Path,
    journal: Path,
    model: ChatModel,
    guard: Guard,
    judges: Judges,
    sampling: Sampling,
) -> Iterator[Candidates]:
    """Yield the judged drafts of every query; what the journal holds is not written again.

    Args:
        folder: Holds the public data.
        journal: JSON lines that are appended to: a killed run goes on where it stopped.
        model: Writes the drafts; its name stands in the journal.
        guard: Judges them.
        judges: Keep facts that go against each other out of one character.
        sampling: How many.

    Raises:
        RowError: The journal belongs to another run.
    """
    run = {"model": model.name, "k": sampling.k, "seed": sampling.seed}
    absent = strangers("train")
    with CandidateJournal(journal, run) as kept_in:
        kept = kept_in.kept()
        made = people(folder, sampling.seed, sampling.people, "train", judges)
        for number, person in enumerate(made):
            for asked in queries(
                person, absent, sampling.seed + number, sampling.queries, judges, HARD
            ):
                key = journal_key(person.persona, asked)
                if key not in kept:
                    (found,) = sample_candidates(
                        person.persona,
                        [asked],
                        model,
                        guard,
                        k=sampling.k,
                        options=OPTIONS,
                        seed=sampling.seed,
                    )
                    kept_in.add(key, found)
                    kept[key] = found
                yield kept[key]
