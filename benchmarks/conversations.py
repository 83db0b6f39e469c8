"""Conversations that every engine plays alike: one persona, several callers, two replies each."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

Message = dict[str, str]
"""`{"role": ..., "content": ...}`."""

Ask = Callable[[list[Message]], tuple[str, int]]
"""Answers a prompt: the reply, and how many tokens it has."""

REPLY_TOKENS = 64
TURNS = 2
TEMPERATURE, TOP_P, MIN_P, REPEAT_PENALTY, SEED = 0.5, 0.95, 0.05, 1.1, 5


class Played(NamedTuple):
    """What a set of conversations took."""

    tokens: int
    """Of all replies together."""
    seconds: float

    @property
    def speed(self) -> float:
        """Generated tokens per second."""
        return self.tokens / self.seconds


def play(ask: Ask, *, round_: int, conversations: int, at_once: int) -> Played:
    """Play new conversations and time them.

    Args:
        ask: The engine; called from as many threads as are at once.
        round_: Number of this set: no two sets ask the same.
        conversations: How many.
        at_once: How many of them at a time.
    """
    began = time.perf_counter()
    one = partial(_converse, ask, round_)
    with ThreadPoolExecutor(at_once) as pool:
        tokens = sum(pool.map(one, range(conversations)))
    return Played(tokens, time.perf_counter() - began)


def warm(ask: Ask) -> None:
    """Ask once, so that the persona is evaluated and the engine awake."""
    ask([_PERSONA, {"role": "user", "content": "Hello there!"}])


def _converse(ask: Ask, round_: int, number: int) -> int:
    messages = [_PERSONA]
    total = 0
    for turn in range(TURNS):
        question = QUESTIONS[(number + turn) % len(QUESTIONS)]
        asked = f"{NAMES[number]} here, on day {round_ + 1}. {question}"
        messages.append({"role": "user", "content": asked})
        text, tokens = ask(messages)
        messages.append({"role": "assistant", "content": text})
        total += tokens
    return total


def persona() -> str:
    """Return the system text."""
    return _PERSONA["content"]


def _facts() -> str:
    return " ".join(f"Mara {fact} {place}." for place in PLACES for fact in FACTS)


FACTS = (
    "mends nets with waxed thread",
    "keeps a tame crow",
    "sings old songs off key",
    "never drinks coffee after noon",
    "writes letters to her sister",
    "walks without shoes in summer",
    "knows every tide by heart",
    "bakes rye bread on Mondays",
)
PLACES = (
    "in the harbour",
    "near the mill",
    "at the north gate",
    "behind the chapel",
    "by the sea",
    "uphill",
)
QUESTIONS = (  # no two begin alike, so no engine can reuse a part of one
    "Tell me a long story about a storm, please.",
    "What would you cook for twenty guests? List every dish.",
    "Describe your home, room by room, with all that is in it.",
    "How does one mend a net? Explain each step at length.",
    "Please recite a poem of many verses about the sea.",
    "Who lives in your village? Say a few words about each of them.",
    "Explain the tides to a child, slowly and with examples.",
    "Which ten birds can you name, and what do they sound like?",
)
NAMES = "Anna Ben Cleo Dan Edna Finn Gwen Hugo Iris Jonas Klara Leo Mina Nils Olga Paul".split()
_PERSONA: Message = {
    "role": "system",
    "content": "You are Mara. Stay in character and answer at length. " + _facts(),
}
