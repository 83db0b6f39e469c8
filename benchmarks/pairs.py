"""A hundred thousand preference pairs: what it takes to read, check, split and write them."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from benchmarks.rows import Row, milliseconds
from persona_sdk.training.preferences.duplicates import without_duplicates
from persona_sdk.training.preferences.files import read_pairs, write_pairs
from persona_sdk.training.preferences.splitting import leaks, split_pairs
from persona_sdk.training.preferences.surface import surface_check
from persona_sdk.types import PreferencePair, Turn

PAIRS, PERSONAS, QUERIES = 100_000, 200, 20_000

COMMAND = "python -m benchmarks pairs"

_WORDS = tuple(
    f"{head}{tail}" for head in "bcdfghlmnprst" for tail in "able ent ick old une".split()
)

Value = TypeVar("Value")


def run() -> Iterator[Row]:
    """Time each step over the same pairs, in seconds."""
    pairs = _made(random.Random(7))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.jsonl"
        yield _timed("written", lambda: write_pairs(pairs, path))
        yield _timed("read and checked", lambda: read_pairs(path))
    yield _timed("cleared of duplicates", lambda: without_duplicates(pairs))
    yield _timed("split", lambda: split_pairs(pairs))
    splits = split_pairs(pairs).splits
    yield _timed("looked through for leaks", lambda: leaks(splits))
    yield _timed("guessed from style", lambda: surface_check(pairs))


def _timed(what: str, call: Callable[[], Value]) -> Row:
    return Row(f"{PAIRS:,} pairs {what}", milliseconds(call) / 1000, "s", "< 10", COMMAND)


def _made(rng: random.Random) -> list[PreferencePair]:
    def text(fewest: int, most: int) -> str:
        return " ".join(rng.choices(_WORDS, k=rng.randint(fewest, most))) + "."

    queries = [text(5, 12) for _ in range(QUERIES)]
    blocks = [f"You are P{n}. " + text(250, 300) for n in range(PERSONAS)]
    return [
        PreferencePair(
            (Turn("system", blocks[n % PERSONAS]), Turn("user", rng.choice(queries))),
            text(10, 30),
            text(10, 30),
            margin=rng.random(),
            persona=f"P{n % PERSONAS}",
        )
        for n in range(PAIRS)
    ]
