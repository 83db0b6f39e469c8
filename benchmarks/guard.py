"""What the guard costs: unseen and repeated queries, beside one pass a pair as in the paper."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from benchmarks.rows import Row
from guards import APCGuard, Scorers, load_scorers
from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Conversation, Persona, Query, as_statements

COMMAND = "python -m benchmarks guard"

ROUNDS = 20
"""Timed checks of each kind; the median counts."""

OVERHEAD_ROUNDS = 2000


def run() -> list[Row]:
    """Time the guard on a persona of 30 statements and replies of two sentences."""
    scorers = load_scorers()
    unseen, repeated = _batched(scorers)
    naive = _one_by_one(scorers)
    size = len(MARA.statements)
    return [
        Row(f"guard, {size} statements, unseen query", unseen, "ms", "<= 150", COMMAND),
        Row(f"guard, {size} statements, repeated query", repeated, "ms", "<= 90", COMMAND),
        Row(f"{2 * size} passes one by one, as in the paper", naive, "ms", "", COMMAND),
        Row("one by one / guard", naive / unseen, "x", "", COMMAND),
        Row("guard that checks nothing, a reply", _overhead(), "ms", "<= 0.1", COMMAND),
    ]


def _batched(scorers: Scorers) -> tuple[float, float]:
    """Return milliseconds of a check on an unseen query, and of another reply to it."""
    guard = APCGuard(scorers.relevance, scorers.entailment)
    guard.check(MARA, _asked("Who are you?"), REPLIES[0])
    unseen, repeated = [], []
    for i in range(ROUNDS):
        asked = _asked(f"{QUERIES[i % len(QUERIES)]} It is the {i}. of May.")
        first, second = REPLIES[i % len(REPLIES)], REPLIES[(i + 1) % len(REPLIES)]
        unseen.append(_ms(partial(guard.check, MARA, asked, first)))
        repeated.append(_ms(partial(guard.check, MARA, asked, second)))
    return statistics.median(unseen), statistics.median(repeated)


def _one_by_one(scorers: Scorers) -> float:
    """Return milliseconds of 2|S| passes of one pair each."""
    times = []
    for i in range(ROUNDS // 4):
        query = Query(MARA.name, f"{QUERIES[i % len(QUERIES)]} It is the {i}. of June.")
        times.append(_ms(partial(_judge_alone, scorers, query, REPLIES[i % len(REPLIES)])))
    return statistics.median(times)


def _judge_alone(scorers: Scorers, query: Query, reply: str) -> None:
    for statement in MARA.statements:
        scorers.relevance.relevance(query, [statement])
        scorers.entailment.entailment(query, [reply], [statement])


def _overhead() -> float:
    """Return the milliseconds that a guard without work adds to a reply."""
    model = ScriptedModel(REPLIES[0], cycle=True)
    plain = PersonaAgent(MARA, model, None, mode="off")
    guarded = PersonaAgent(MARA, model, ScriptedGuard(), mode="enforce")
    asked = _asked(QUERIES[0])
    without, with_guard = [], []
    for _ in range(OVERHEAD_ROUNDS):
        without.append(_ms(partial(plain.reply, asked)))
        with_guard.append(_ms(partial(guarded.reply, asked)))
    return statistics.median(with_guard) - statistics.median(without)


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def _asked(query: str) -> Conversation:
    return Conversation().add("user", query)


QUERIES = (
    "Where do you come from?",
    "What is your favourite food?",
    "What do you do in the evenings?",
    "Tell me about your family.",
    "Do you like your job?",
)
REPLIES = (
    "I was born in Lisbon, and I still miss the hills. These days I live on a houseboat.",
    "I love grilled fish, most of all sardines! My brother cooks them for us every summer.",
    "I play the cello most evenings. My quartet meets on Thursdays in a small church.",
    "My grandparents raised me, so I learned patience early. My mother made dresses all day.",
    "Yes, the aquarium is a quiet place to work. I feed the rays before the doors open.",
)
MARA = Persona(
    "Mara",
    as_statements(
        [
            "Mara was born in Lisbon.",
            "Mara is a marine biologist.",
            "Mara works at a small aquarium near the harbour.",
            "Mara has a younger brother called Tiago.",
            "Mara never eats fish.",
            "Mara drinks green tea every morning.",
            "Mara plays the cello in a quartet.",
            "Mara speaks Portuguese, English and some Dutch.",
            "Mara is afraid of flying.",
            "Mara lives on a houseboat.",
            "Mara has a grey cat named Anchor.",
            "Mara studied in Utrecht.",
            "Mara is left-handed.",
            "Mara cycles to work in any weather.",
            "Mara dislikes crowded beaches.",
            "Mara writes letters by hand.",
            "Mara is allergic to peanuts.",
            "Mara was married once.",
            "Mara keeps a diary of the tides.",
            "Mara's mother was a dressmaker.",
            "Mara wears round glasses.",
            "Mara collects sea glass.",
            "Mara has never owned a car.",
            "Mara swims before breakfast.",
            "Mara is thirty-six years old.",
            "Mara's best friend is called Joana.",
            "Mara sings out of tune when she is alone.",
            "Mara hates small talk.",
            "Mara reads crime novels on the train.",
            "Mara grew up with her grandparents.",
        ]
    ),
)
