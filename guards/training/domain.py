"""Discriminators for a domain of one's own, from one's own labelled rows.

The entailment network reads a mixture of own rows, synthetic triples and, where they are at hand,
public rows, so that what it knew is kept. `guards.training.domain_run` trains on it.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from guards.training.options import Distillation
from guards.training.own_rows import OnError, OwnRows, Split
from guards.training.rows import Row, nli_rows, one_pass
from guards.training.synthesize import triples
from persona_sdk.errors import RowError

OWN = "own.json"
"""File of a run folder that holds the rows kept out of training."""

FEWEST_ROWS = 2000
"""Own rows an epoch; fewer are repeated."""


@dataclass(frozen=True, slots=True)
class Domain:
    """What decides a training of one's own."""

    files: tuple[Path, ...]
    out: Path
    start: str = "shipped"
    """`shipped`, `minilm`, or the folder of an earlier run or of exported weights."""
    minutes: float = 10.0
    on_error: OnError = "refuse"
    synthetic: bool = True
    """Mix in synthetic triples."""
    data: Path | None = None
    """Mix in the public rows of this folder."""
    seed: int = 17
    threads: int = 2
    resume: bool = False
    distillation: Distillation | None = None
    """A teacher to learn from beside the labels."""


class Mixture:
    """Own rows, and as many synthetic and public ones, drawn by epoch and seed."""

    def __init__(self, own: Sequence[Row], domain: Domain, sha256: str) -> None:
        self._own = list(own) * -(-FEWEST_ROWS // max(1, len(own)))
        self._domain = domain
        self._sha256 = sha256
        self._public = nli_rows(domain.data, "cleared") if domain.data else {}

    def epoch(self, number: int, *, nli_only: bool) -> list[Row]:
        seed, count = self._domain.seed * 1000 + number, len(self._own)
        rows = list(self._own)
        if self._domain.synthetic:
            rows += triples.nli_triples(seed, count, "train")
        rows += one_pass(self._public, seed)[:count]
        random.Random(seed).shuffle(rows)
        return rows

    def sha256(self) -> str:
        return self._sha256


def keep_split(domain: Domain, own: OwnRows, split: Split) -> None:
    """Write down which rows stay out of training, or check that a resumed run has the same.

    Raises:
        RowError: The run that is resumed was trained on other rows.
    """
    path = domain.out / OWN
    if domain.resume and path.is_file():
        before = json.loads(path.read_text("utf-8"))["sha256"]
        if before != own.sha256:
            raise RowError(
                f"{domain.out}: the run was started on other rows: give the same files, or "
                "choose another --out"
            )
    content = {
        "sha256": own.sha256,
        "rows": len(own.rows),
        "skipped": len(own.problems),
        "trained_on": len(split.train),
        "dev": [asdict(row) for row in split.dev],
        "test": [asdict(row) for row in split.test],
    }
    path.with_suffix(".tmp").write_text(json.dumps(content) + "\n", encoding="utf-8")
    path.with_suffix(".tmp").replace(path)


def kept_split(run: Path) -> Split | None:
    """Return what a run kept out of training, without what it trained on; None if nothing."""
    path = run / OWN
    if not path.is_file():
        return None
    raw = json.loads(path.read_text("utf-8"))
    return Split([], *([Row(**row) for row in raw[name]] for name in ("dev", "test")))
