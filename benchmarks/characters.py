"""Do the prompting baselines rank as in arXiv 2405.07726? Alice, Bob and Eve on the built-in model.

With `DATA=FOLDER`, the folder of public data, the characters are the paper's own, else the bundled
ones without scene and voice. Every row answers the ten fixed queries and `ITEMS` single questions;
`ITEMS=N` changes that. The intervals of the pooled differences draw characters and questions both.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.known_answers import papers
from benchmarks.rows import Row
from persona_sdk.cli.character import BASELINES
from persona_sdk.cli.character_setup import Setup, make_contest
from persona_sdk.personas import load
from persona_sdk.statistics import Estimate, crossed
from persona_sdk.types import Persona
from simulators.gym.known_answers.generate import ItemSet, make_items
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.journal import Record
from simulators.gym.known_answers.standing import Standing, standings

COMMAND = "python -m benchmarks characters"
ITEMS = 12
SEED = 7


def run() -> list[Row]:
    """Ask all rows of all characters and pool the differences to the name alone."""
    rows: list[Row] = []
    gains: dict[str, dict[Cell, float]] = {strategy: {} for strategy in BASELINES}
    for persona in papers() or [_bare(load(name)) for name in ("alice", "bob", "eve")]:
        found = _questions(persona)
        records = _records(found)
        rows += _figures(persona.name, standings(records, found.items))
        cells = {item.id: _cell(persona.name, item) for item in found.items}
        for record in records:
            if record.checked and record.checked.delta_apc is not None:
                strategy = record.row.rpartition(" ")[2]
                key = record.item_id
                cell = cells.get(key) or Cell(persona.name, key, key)
                gains[strategy][cell] = record.checked.delta_apc
    return [*rows, *_pooled(gains)]


class Cell(NamedTuple):
    """Where a reply stands between characters and questions."""

    character: str
    item_id: str
    question: str
    """The fixed query, or what a question of this character alone asks about."""


def _cell(character: str, item: Item) -> Cell:
    return Cell(character, item.id, " ".join((character, *item.statement_ids)))


def _bare(persona: Persona) -> Persona:
    """Leave out scene, voice and greeting: in the paper, the name alone is the name alone."""
    return Persona(persona.name, persona.statements)


def _questions(persona: Persona) -> ItemSet:
    """Return single questions about what is stated: their replies have a ΔAPC each."""
    found = make_items(persona, seed=SEED)
    single = tuple(i for i in found.items if i.kind == "stated" and len(i.turns) == 1)
    size = int(os.environ.get("ITEMS", ITEMS))
    return ItemSet(persona, single, found.skipped, found.leaks).sample(size, seed=SEED)


def _records(found: ItemSet) -> list[Record]:
    contest = make_contest(found, Setup(prompts=BASELINES, seed=SEED))
    records: list[Record] = []
    for record in contest.records():
        records.append(record)
        if len(records) % 20 == 0:
            print(f"{found.persona.name}: {len(records)} of {len(contest)}", file=sys.stderr)
    return records


def _figures(name: str, found: Sequence[Standing]) -> Iterator[Row]:
    for standing in found:
        strategy = standing.row.rpartition(" ")[2]
        if standing.delta_apc:
            yield _row(f"{name}, {strategy}: ΔAPC a reply", standing.delta_apc)
        if standing.score:
            yield _row(f"{name}, {strategy}: known answers", standing.score)


def _pooled(gains: dict[str, dict[Cell, float]]) -> Iterator[Row]:
    base = gains["name-only"]
    for strategy in BASELINES[1:]:
        other = gains[strategy]
        shared = [cell for cell in base if cell in other]
        difference = crossed(
            [other[cell] - base[cell] for cell in shared],
            rows=[cell.character for cell in shared],
            columns=[cell.question for cell in shared],
        )
        yield _row(f"{strategy} less name-only: ΔAPC a reply", difference, target="> 0")


def _row(name: str, estimate: Estimate, *, target: str = "") -> Row:
    interval = f"95% [{estimate.low:.3f}, {estimate.high:.3f}], n={estimate.n}"
    return Row(f"{name}, {interval}", estimate.mean, "", target, COMMAND)
