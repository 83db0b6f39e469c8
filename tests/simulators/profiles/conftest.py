"""A toy embedder and profiles to sample from."""

import re
from zlib import crc32

import numpy as np
import pytest

from persona_sdk.profile import BigFive, Fact, Profile, Style


class WordHashes:
    """Counts words in 64 places: texts that share words are near each other."""

    digest = "word hashes"

    def __init__(self):
        self.seen = []

    def embed(self, texts):
        self.seen += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[crc32(word.encode()) % 64] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def embedder():
    return WordHashes()


TOWNS = "Leeds Bath Ghent Oslo Perth Porto Lille Cork Turin Izmir".split()
JOBS = "nurse baker clerk welder judge tailor florist miner pilot cook".split()


@pytest.fixture(scope="session")
def crowd():
    """Return a function that makes `n` profiles, most of them much like the first ones."""

    def make(n, **changes):
        generator = np.random.default_rng(5)
        return tuple(
            Profile(
                f"p{i}",
                (
                    Fact("f1", f"You are {generator.integers(30, 60)} years old."),
                    Fact("f2", f"You work as a {JOBS[int(generator.integers(10))]}."),
                    Fact("f3", f"You live in {TOWNS[int(generator.integers(10))]}."),
                ),
                goals=(f"Find out number {i}.",),
                style=Style(
                    words=float(generator.integers(3, 40)), phrases=(f"a{i} b{i} c{i} d{i} e{i}",)
                ),
                big_five=BigFive(extraversion="high" if i % 2 else "low"),
                patience=1 + i % 6,
                **changes,
            )
            for i in range(n)
        )

    return make
