"""Is a known-answer score worth anything? Planted agents on all bundled personas.

With `DATA=FOLDER`, the folder of public data, also on the Alice, Bob and Eve of arXiv 2405.07726
and, for the bars, on labelled replies of Alice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.rows import Row
from guards.catalog import load_named_scorers
from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Persona, as_statements
from simulators.gym.known_answers import planted
from simulators.gym.known_answers.asking import ask
from simulators.gym.known_answers.claims import claims_of
from simulators.gym.known_answers.generate import ItemSet, make_items
from simulators.gym.known_answers.marks import Bars, Mark
from simulators.gym.known_answers.reading import Reader
from simulators.gym.known_answers.scoring import KnownAnswers
from simulators.protocols import Replier

COMMAND = "python -m benchmarks known_answers"
TARGETS = {"oracle": "> 0.95", "contradicting": "< 0.2", "generic assistant": "0.2 to 0.95"}
SEED = 1


def run() -> list[Row]:
    """Score every planted agent, the leaks, and the bars where there are labels."""
    scorer = load_named_scorers("builtin").entailment
    sets = [make_items(persona, seed=SEED) for persona in personas()]
    items = sum(len(found.items) for found in sets)
    asked = sum(len(found.persona.statements) for found in sets)
    rows = [
        Row("items", items, "", "", COMMAND),
        Row(
            "statements nothing asks for",
            sum(len(f.skipped) for f in sets) / asked,
            "",
            "",
            COMMAND,
        ),
        Row("questions that leak", max(f.leaks for f in sets), "", "0", COMMAND),
    ]
    for name, cast in _agents().items():
        marks = [m for found in sets for m in _marks(found, cast(found), scorer)]
        rows += _rows(name, marks)
    return [*rows, *_bars(scorer)]


def personas() -> list[Persona]:
    """Return the bundled personas, and those of the paper where `DATA` is given."""
    return [*(load(name) for name in bundled()), *papers()]


def papers() -> list[Persona]:
    """Return the characters of the paper from the folder `DATA`; none without it."""
    folder = os.environ.get("DATA")
    if not folder:
        return []
    path = Path(folder) / "persona" / "paper_original_characters.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    return [Persona(name, as_statements(found[name])) for name in ("Alice", "Bob", "Eve")]


def _agents() -> dict[str, Callable[[ItemSet], Replier]]:
    return {
        "oracle": lambda s: planted.oracle(s.persona, s.items, seed=SEED),
        "contradicting": lambda s: planted.contradicting(s.persona, s.items, seed=SEED),
        "generic assistant": lambda s: planted.generic_assistant(s.items, seed=SEED),
        "echo": lambda s: planted.echo(s.persona, s.items),
        "always deflecting": lambda s: planted.always_deflecting(s.items, seed=SEED),
        "always agreeing": lambda s: planted.always_agreeing(s.items, seed=SEED),
        "empty persona": lambda s: planted.empty_persona(s.persona, s.items, seed=SEED),
        "wrong persona": _wrong,
    }


def _wrong(found: ItemSet) -> Replier:
    other = load("theo" if found.persona.name != "Theo Brandt" else "tess")
    others = make_items(other, seed=SEED).items
    return planted.wrong_persona(found.items, other, others, seed=SEED)


def _marks(found: ItemSet, agent: Replier, scorer: EntailmentScorer) -> Iterator[Mark]:
    known = KnownAnswers(found.persona, scorer)
    for item in found.items:
        yield known.mark(item, ask(agent, item))


def _rows(name: str, marks: Sequence[Mark]) -> Iterator[Row]:
    scored = [mark for mark in marks if mark.outcome != "unscored"]
    share = sum(mark.outcome == "pass" for mark in scored) / len(scored)
    yield Row(name, share, "", TARGETS.get(name, ""), COMMAND)
    yield Row(f"{name}, unscored", 1 - len(scored) / len(marks), "", "", COMMAND)
    for kind in dict.fromkeys(mark.kind for mark in scored):
        own = [mark.outcome == "pass" for mark in scored if mark.kind == kind]
        yield Row(f"{name}, {kind}", sum(own) / len(own), "", "", COMMAND)


def _bars(scorer: EntailmentScorer) -> Iterator[Row]:
    """How often labelled replies fall on the right side of the bars, statements cut into facts."""
    folder = os.environ.get("DATA")
    if not folder:
        return
    path = Path(folder) / "persona" / "alice" / "Alice.nli.v2.json"
    reader, bars = Reader(scorer, Persona("Alice", ())), Bars()
    said: dict[str, list[bool]] = {}
    denied: dict[str, list[bool]] = {}
    for row in json.loads(path.read_text(encoding="utf-8")):
        asked, reply = row["query"], row["response"]
        whole = Persona("Alice", as_statements([row["statement"]]))
        facts = [claim.text for claim in claims_of(whole)]
        found = reader.expressed(asked, reply, facts).probability >= bars.entailed
        said.setdefault(row["label"], []).append(found)
        against = reader.against(asked, reply, facts, bars) is not None
        denied.setdefault(row["label"], []).append(against)
    for label, hits in said.items():
        yield Row(f"Alice: {label} replies that say it", _share(hits), "", "", COMMAND)
        name = f"Alice: {label} replies that contradict it"
        yield Row(name, _share(denied[label]), "", "", COMMAND)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)
