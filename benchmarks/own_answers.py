"""Does the guard let the bundled characters say what is true of them, and nothing else?

Their personas are statements as people write them for a character, near each other and some of
them hard; no training read them. The right and the wrong answers are those of the planted agents
of `simulators.gym.known_answers`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from benchmarks.known_answers import SEED
from benchmarks.rows import Row
from guards import APCGuard, load_guard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled
from persona_sdk.types import Conversation, Outcome
from simulators.gym.known_answers import planted
from simulators.gym.known_answers.asking import ask
from simulators.gym.known_answers.generate import ItemSet, make_items

COMMAND = "python -m benchmarks own_answers"
ITEMS = 60
"""Of each persona, at most, drawn by `SEED`."""

FACTS = frozenset({"stated", "false-premise", "retest", "forbidden"})
"""Kinds of items whose wrong answer goes against a statement."""


def run() -> list[Row]:
    """Judge right and wrong answers, beside a guard that only counts shared words."""
    guards = {"": load_guard(), ", by shared words": APCGuard(WordRelevance(), WordEntailment())}
    sets = [make_items(load(name), seed=SEED) for name in bundled()]
    return [row for name, guard in guards.items() for row in _rows(name, guard, sets)]


def _rows(name: str, guard: APCGuard, sets: list[ItemSet]) -> Iterator[Row]:
    right, wrong = Counter[Outcome](), Counter[Outcome]()
    for found in sets:
        items = [item for item in found.items if item.kind in FACTS]
        some = random.Random(SEED).sample(items, min(ITEMS, len(items)))
        agents = (
            (planted.oracle(found.persona, found.items, seed=SEED), right),
            (planted.contradicting(found.persona, found.items, seed=SEED), wrong),
        )
        for agent, told in agents:
            for item in some:
                asked = Conversation().add("user", item.turns[0])
                reply = ask(agent, item).replies[0]
                told[guard.check(found.persona, asked, reply).outcome] += 1
    judged = right.total()
    yield Row(f"right answers{name}", judged, "", "", COMMAND)
    yield Row(f"right answers that fail{name}", right["fail"] / judged, "", "<= 0.02", COMMAND)
    yield Row(f"right answers left unscored{name}", right["unscored"] / judged, "", "", COMMAND)
    caught = wrong["fail"] / wrong.total()
    yield Row(f"wrong answers that fail{name}", caught, "", ">= 0.9", COMMAND)
