"""What the guard costs: by size of the persona, beside what one would use instead, and as it grows.

Vectors of the statements are there before the clock runs, as after the first reply of a persona;
what they cost stands in a row of its own.
"""

from __future__ import annotations

import os
import re
import statistics
import tempfile
from collections.abc import Iterator
from functools import partial

from benchmarks import footprint, growth, rivals
from benchmarks.mara import MARA, QUERIES, REPLIES, mara
from benchmarks.rows import Row, milliseconds
from guards import APCGuard, load_guard
from guards.cascade import HARD_MOST
from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Conversation, Persona

COMMAND = "python -m benchmarks guard"

ROUNDS = 20
"""Timed checks of each kind; the median counts."""

TARGETS = {30: (60, 60), 150: (120, 120), 600: (250, 120)}
"""Statements to milliseconds of a reply, at most: to an unseen query and to a repeated one."""

OVERHEAD_ROUNDS = 2000


def run() -> list[Row]:
    """Time the guard; the vectors it keeps on disk go into a folder of their own."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["PERSONA_CACHE"] = cache
        rows = [*_by_size(), *rivals.rows(COMMAND), *growth.rows(COMMAND), *footprint.rows(COMMAND)]
    overhead = _overhead()
    return [*rows, Row("guard that checks nothing, a reply", overhead, "ms", "<= 0.1", COMMAND)]


def _by_size() -> Iterator[Row]:
    guard = load_guard()
    for size, (most, most_repeated) in TARGETS.items():
        aims = (f"<= {most}", f"<= {most_repeated}")
        yield from _timed(guard, mara(size), f"guard, {size} statements", aims)
    size = max(TARGETS)
    # As many hard ones as every reply is judged against, however remote they are.
    persona = mara(size, hard=HARD_MOST)
    yield from _timed(guard, persona, f"guard, {size} statements, {HARD_MOST} hard")


def _timed(
    guard: APCGuard, persona: Persona, name: str, aims: tuple[str, str] = ("", "")
) -> Iterator[Row]:
    guard.check(persona, asked_in(0), reply_in(0, 0))
    first, second = [], []
    for i in range(1, ROUNDS + 1):
        asked, reply, other = asked_in(i), reply_in(i, i), reply_in(i, i + 1)
        first.append(milliseconds(partial(guard.check, persona, asked, reply)))
        second.append(milliseconds(partial(guard.check, persona, asked, other)))
    kinds = zip(("unseen query", "repeated query"), (first, second), aims, strict=True)
    for kind, times, aim in kinds:
        yield Row(f"{name}, {kind}", statistics.median(times), "ms", aim, COMMAND)


def asked_in(number: int) -> Conversation:
    """Return a question whose every sentence is another one for each number."""
    return Conversation().add("user", _dated(QUERIES[number % len(QUERIES)], number))


def reply_in(number: int, which: int) -> str:
    """Return one of the replies; every sentence is another one for each number."""
    return _dated(REPLIES[which % len(REPLIES)], number)


def _dated(text: str, number: int) -> str:
    return re.sub(r"(?=[.!?])", f" in {1900 + number}", text)


def _overhead() -> float:
    """Return the milliseconds that a guard without work adds to a reply."""
    model = ScriptedModel(REPLIES[0], cycle=True)
    plain = PersonaAgent(MARA, model, None, mode="off")
    guarded = PersonaAgent(MARA, model, ScriptedGuard(), mode="enforce")
    asked = Conversation().add("user", QUERIES[0])
    without, with_guard = [], []
    for _ in range(OVERHEAD_ROUNDS):
        without.append(milliseconds(partial(plain.reply, asked)))
        with_guard.append(milliseconds(partial(guarded.reply, asked)))
    return statistics.median(with_guard) - statistics.median(without)
