"""What one epoch of training reads: public NLI rows, synthetic triples, persona lines."""

import hashlib
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import get_args

from guards.training.options import Part
from guards.training.rows import Row, Sources, nli_rows, one_pass
from guards.training.synthesize import (
    claim_pairs,
    life_triples,
    persona_lines,
    profiles,
    quantities,
    triples,
)
from guards.training.synthesize.material import HERE

ROWS: dict[Part, int] = {
    "synthetic": 84_000,
    "quantities": 20_000,
    "profiles": 20_000,
    "lives": 50_000,
    "lines": 20_000,
    "pairs": 24_000,
}
"""Rows an epoch beside the public ones; made anew each epoch, so that few are seen twice."""


class Corpus:
    """The training rows of a run, drawn by epoch and seed.

    Args:
        data: Folder with `nli/` and `persona/`.
        sources: Whether rows under unknown licences are read.
        seed: Decides every row.
        without: Parts left out, for ablations.
    """

    def __init__(
        self, data: Path, sources: Sources, seed: int, without: Iterable[Part] = ()
    ) -> None:
        self._data = data
        self._seed = seed
        self._parts = [part for part in get_args(Part) if part not in set(without)]
        self._nli = nli_rows(data, sources) if "public" in self._parts else {}
        self._text = persona_lines.read_text(data)

    def epoch(self, number: int, *, nli_only: bool) -> list[Row]:
        """Return the shuffled rows of epoch `number`; the same call gives the same rows.

        Args:
            number: From 0.
            nli_only: Leave out everything but the public rows, where there are any.
        """
        seed = self._seed * 1000 + number
        rows = one_pass(self._nli, seed)
        if not (nli_only and rows):
            for part in self._parts:
                if part in ROWS:
                    rows += self.made(part, number)
        random.Random(seed).shuffle(rows)
        return rows

    def made(self, part: Part, number: int) -> list[Row]:
        """Return the rows of a generated part, a key of `ROWS`, in epoch `number`."""
        return list(self._makers()[part](self._seed * 1000 + number, ROWS[part]))

    def _makers(self) -> dict[Part, Callable[[int, int], Iterable[Row]]]:
        text = self._text
        return {
            "synthetic": lambda s, n: triples.nli_triples(s, n, "train", text.utterances),
            "quantities": lambda s, n: quantities.quantity_triples(s, n, "train"),
            "profiles": lambda s, n: profiles.profile_triples(s, n, "train"),
            "lives": lambda s, n: life_triples.life_triples(s, n, "train"),
            "lines": lambda s, n: persona_lines.nli_pairs(s, n, text),
            "pairs": lambda s, n: claim_pairs.claim_pairs(s, n, "train", text.utterances),
        }

    def sha256(self) -> str:
        """Return a digest of the data files read and of the generator's own texts."""
        digest = hashlib.sha256()
        for name in (Path("nli") / "train.jsonl.gz", Path("persona") / persona_lines.PAIRS):
            digest.update((self._data / name).read_bytes())
        for path in sorted(HERE.rglob("*.toml")):
            digest.update(path.read_bytes())
        return digest.hexdigest()
