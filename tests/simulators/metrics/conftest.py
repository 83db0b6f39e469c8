import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from persona_sdk.words import words


class Bag:
    """Embeds a text as the bag of its words: the same words in any order are the same vector."""

    digest = "bag"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or ["-"]:
                row[zlib.crc32(word.encode()) % 512] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def bag() -> Bag:
    return Bag()
