"""What one epoch of training reads: public NLI rows, synthetic triples, persona lines."""

import hashlib
import random
from pathlib import Path

from guards.training import persona_lines, profiles, synthesize, utterance_pairs
from guards.training.rows import Row, Sources, nli_rows, one_pass

SYNTHETIC_NLI = 60_000
PROFILES = 30_000
LINE_NLI = 24_000
UTTERANCE_PAIRS = 24_000
SYNTHETIC_RELEVANCE = 36_000
LINE_RELEVANCE = 8_000
"""Rows an epoch; made anew each epoch, so that few triples are ever seen twice."""


class Corpus:
    """The training rows of a run, drawn by epoch and seed."""

    def __init__(self, data: Path, sources: Sources, seed: int) -> None:
        self._data = data
        self._seed = seed
        self._nli = nli_rows(data, sources)
        self._text = persona_lines.read_text(data)

    def epoch(self, number: int, *, nli_only: bool) -> list[Row]:
        """Return the shuffled rows of epoch `number`; the same call gives the same rows."""
        seed = self._seed * 1000 + number
        rows = one_pass(self._nli, seed)
        if not nli_only:
            text = self._text
            rows += synthesize.nli_triples(seed, SYNTHETIC_NLI, "train", text.utterances)
            rows += profiles.profile_triples(seed, PROFILES, "train")
            rows += persona_lines.nli_pairs(seed, LINE_NLI, text)
            rows += utterance_pairs.utterance_pairs(seed, UTTERANCE_PAIRS, text)
            rows += synthesize.relevance_pairs(seed, SYNTHETIC_RELEVANCE, "train")
            rows += persona_lines.relevance_pairs(seed, LINE_RELEVANCE, text)
        random.Random(seed).shuffle(rows)
        return rows

    def sha256(self) -> str:
        """Return a digest of the data files read."""
        digest = hashlib.sha256()
        for name in (Path("nli") / "train.jsonl.gz", Path("persona") / persona_lines.PAIRS):
            digest.update((self._data / name).read_bytes())
        return digest.hexdigest()
