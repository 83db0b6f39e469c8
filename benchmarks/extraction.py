"""How well profiles are extracted: by rules, by a model held to evidence, by a plain prompt.

The dialogues are those of Synthetic-Persona-Chat validation; the lines that each speaker was given
are the true profile. Two comparisons, each with a bootstrap interval over dialogues:

- with the dialogue: DP.P, DP.R and DPC of arXiv 2502.18968, as `simulators.profiles.measure` has
  them. Copying every sentence wins here by definition, so read it beside
- with the given lines: which share of the extracted facts they bear out, which share of those lines
  that the user's turns express the profile holds, and the harmonic mean of both.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.rows import Row
from guards.catalog import load_named_scorers
from persona_sdk.models.catalog import load_model
from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.profile import Fact
from persona_sdk.protocols import ChatModel, EntailmentScorer
from persona_sdk.statistics import bootstrap, paired
from persona_sdk.types import Completion, GenerationOptions, Score, Turn
from simulators.profiles.claims import sentences
from simulators.profiles.extract_llm import ModelExtractor
from simulators.profiles.extract_plain import PlainExtractor
from simulators.profiles.extract_rules import RuleExtractor
from simulators.profiles.extraction import Extraction, Extractor, Found, Surface
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.measure import consistency, harmonic
from simulators.profiles.persons import to_second
from simulators.profiles.render import as_reply
from simulators.profiles.support import SUPPORTED, support

COMMAND = "python -m benchmarks extraction"

DATA = Path(os.environ.get("DATA", "../shared/data"))

DIALOGUES = int(os.environ.get("DIALOGUES", "30"))
"""Dialogues that are extracted from; one speaker of each."""

SEED = 7

PLAIN = "plain prompt"


class Case(NamedTuple):
    """What one speaker said, and the lines that he was given."""

    conversation: LoggedConversation
    lines: tuple[Fact, ...]


class Figures(NamedTuple):
    """What one extractor reached on one dialogue, each in [0, 1]."""

    dp_p: float
    dp_r: float
    dpc: float
    lines_p: float
    lines_r: float
    lines_f: float
    facts: float


@dataclass(frozen=True, slots=True)
class EverySentence:
    """The trivial baseline: every sentence that begins with I is a fact."""

    surface: Surface

    @property
    def name(self) -> str:
        return "every I sentence"

    def extract(self, conversation: LoggedConversation) -> Extraction:
        told = [
            Found(to_second(s), (i,))
            for i, turn in enumerate(conversation.said)
            for s in sentences(turn)
            if re.match(r"I\b", s)
        ]
        return Extraction(self.surface.profile(conversation, told, self.name))


class _Remembering(WrapperModel):
    """Asks a model the same thing once: checked and unchecked facts come from one answer."""

    def __init__(self, model: ChatModel) -> None:
        super().__init__(model)
        self._known: dict[tuple[tuple[Turn, ...], GenerationOptions], list[Completion]] = {}

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        key = (tuple(messages), options)
        if key not in self._known:
            self._known[key] = self._inner.generate(messages, options=options)
        return self._known[key]


def run() -> list[Row]:
    """Extract with every extractor and compare; nothing without the data folder."""
    path = DATA / "persona" / "synthetic_persona_chat_valid.jsonl.gz"
    if not path.is_file():
        print(f"left out: no file {path}: set DATA", file=sys.stderr)
        return []
    scorer = load_named_scorers("builtin").entailment
    cases = list(_cases(path))
    figures = {
        name: [_measure(extractor, case, scorer) for case in cases]
        for name, extractor in _extractors(scorer)
    }
    rows = [row for name, some in figures.items() for row in _rows(name, some)]
    return [*rows, *_gains(figures)]


def _extractors(scorer: EntailmentScorer) -> Iterator[tuple[str, Extractor]]:
    model = _Remembering(load_model("builtin:base"))
    surface = Surface()
    yield "every I sentence", EverySentence(surface)
    yield PLAIN, PlainExtractor(model, surface)
    yield "model with evidence", ModelExtractor(model, None, surface)
    yield "model with evidence, entailed", ModelExtractor(model, scorer, surface)
    yield "rules", RuleExtractor(None, surface)
    yield "rules, checked", RuleExtractor(scorer, surface)


def _cases(path: Path) -> Iterator[Case]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    # The rules were written with other dialogues in view.
    for number, row in enumerate(random.Random(SEED).sample(rows, DIALOGUES)):
        speaker = 1 + number % 2
        mark = f"User {speaker}: "
        said = [turn.removeprefix(mark) for turn in row["conv"] if turn.startswith(mark)]
        turns = tuple(Turn("user", text) for text in said)
        given = enumerate(row[f"user{speaker}"])
        facts = tuple(Fact(f"l{i}", to_second(line)) for i, line in given)
        yield Case(LoggedConversation(f"c{number}", turns, path.name), facts)


def _measure(extractor: Extractor, case: Case, scorer: EntailmentScorer) -> Figures:
    said = case.conversation.said
    profile = extractor.extract(case.conversation).profile
    whole = consistency(profile, said, scorer)
    spoken = [sentence for turn in said for sentence in sentences(turn)]
    told = zip(case.lines, support(scorer, spoken, case.lines), strict=True)
    expressed = [line for line, value in told if value >= SUPPORTED]
    replies = [as_reply(line) for line in case.lines]
    precision = _share(support(scorer, replies, profile.facts))
    recall = _share(support(scorer, [as_reply(f) for f in profile.facts], expressed))
    if not expressed:
        recall = Score(None, "the dialogue expresses none of the lines")
    return Figures(
        dp_p=_value(whole.precision),
        dp_r=_value(whole.recall),
        dpc=0.0 if whole.recall.value == 0 else _value(whole.dpc),
        lines_p=_value(precision),
        lines_r=_value(recall),
        lines_f=_value(harmonic(precision, recall)),
        facts=len(profile.facts),
    )


def _share(values: Sequence[float]) -> Score:
    """Return the share of facts that are borne out; a profile without any earns nothing."""
    return Score(sum(v >= SUPPORTED for v in values) / len(values) if values else 0.0)


def _value(score: Score) -> float:
    """Return NaN for what cannot be told; it is left out of the means."""
    return float("nan") if score.value is None else score.value


def _rows(name: str, figures: Sequence[Figures]) -> Iterator[Row]:
    for field, label in _LABELS.items():
        values = [value for f in figures if (value := float(getattr(f, field))) == value]
        if values:
            estimate = bootstrap(values, seed=SEED)
            shown = f"{name}: {label} [{estimate.low:.3f}, {estimate.high:.3f}] n={estimate.n}"
            yield Row(shown, estimate.mean, "", "", COMMAND)


def _gains(figures: dict[str, list[Figures]]) -> Iterator[Row]:
    """Yield how much each extractor is above the plain prompt, dialogue by dialogue."""
    for name, some in figures.items():
        for field in ("dpc", "lines_f") if name != PLAIN else ():
            pairs = [
                (float(getattr(plain, field)), float(getattr(own, field)))
                for plain, own in zip(figures[PLAIN], some, strict=True)
            ]
            known = [(a, b) for a, b in pairs if a == a and b == b]
            if not known:
                continue
            gain = paired([a for a, _ in known], [b for _, b in known], seed=SEED)
            shown = f"[{gain.low:+.3f}, {gain.high:+.3f}] n={gain.n}"
            label = f"{name} above {PLAIN}: {_LABELS[field]} {shown}"
            yield Row(label, gain.mean, "", "> 0", COMMAND)


_LABELS = {
    "dp_p": "DP.P",
    "dp_r": "DP.R",
    "dpc": "DPC",
    "lines_p": "precision, given lines",
    "lines_r": "recall, given lines that were told",
    "lines_f": "F1, given lines",
    "facts": "facts",
}
