"""Extracts a profile with a chat model: each fact belongs to a line that must bear it out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from persona_sdk.errors import ContextOverflow
from persona_sdk.protocols import ChatModel, EntailmentScorer
from persona_sdk.sentences import split_segments
from persona_sdk.types import GenerationOptions, Turn
from persona_sdk.words import content_words
from simulators.profiles.claims import sentences
from simulators.profiles.extract_rules import MOST_FACTS, supported
from simulators.profiles.extraction import Dropped, Extraction, Found, Surface, is_english, merged
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.material import is_play
from simulators.profiles.persons import about_you
from simulators.profiles.support import SUPPORTED

WINDOW_LINES = 1
"""Sentences in one question: a small model mixes up two. A larger one may be given more at once."""

TURN_CHARACTERS = 1_500
"""Of a turn that a model is shown; pasted text behind that says nothing of the user."""

OVERLAP = 0.5
"""Share of a fact's content words that its line must hold, in [0, 1]."""

TOKENS_A_LINE = 60
"""Of an answer; facts that are cut off are left out."""


class _Line(NamedTuple):
    """A sentence, and the number of its user turn, from 0."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class ModelExtractor:
    """Asks a model what each sentence says of the user, and keeps what has evidence.

    The model is shown numbered sentences and held to a JSON schema with one text for each, so it
    can neither skip one nor invent what belongs to none. A fact that shares too few content words
    with its sentence, or is not entailed by its turn, is dropped and told.

    Args:
        model: Any chat model that keeps to a JSON schema.
        scorer: Checks that the cited turn entails the fact; None leaves it to the words.
        surface: Reads goals, style and traits.
        lines: Sentences in one question, at least 1.
    """

    model: ChatModel
    scorer: EntailmentScorer | None = None
    surface: Surface = field(default_factory=Surface)
    lines: int = WINDOW_LINES

    def __post_init__(self) -> None:
        if self.lines < 1:
            raise ValueError(f"lines must be at least 1, was: {self.lines}")

    @property
    def name(self) -> str:
        judge = "" if self.scorer is None else f", {self.scorer.name}"
        return f"llm {self.model.name}{judge}"

    def extract(self, conversation: LoggedConversation) -> Extraction:
        said = conversation.said
        found: list[Found] = []
        dropped: list[Dropped] = []
        for window in _windows(said, self.lines):
            for cited, text in self._ask(window).items():
                for segment in split_segments(text):
                    fact = _with_evidence(segment.text, window[cited], window)
                    if isinstance(fact, Found):
                        found.append(fact)
                    else:
                        dropped.append(fact)
        if self.scorer is not None:
            found, unborne = supported(self.scorer, said, found, bar=SUPPORTED)
            dropped += unborne
        facts, repeated = merged(found)
        dropped += repeated
        dropped += [Dropped(f.text, f"more than {MOST_FACTS} facts") for f in facts[MOST_FACTS:]]
        profile = self.surface.profile(conversation, facts[:MOST_FACTS], self.name)
        notes = () if is_english(said) else ("not in English: goals and traits were not read",)
        return Extraction(profile, tuple(dropped), notes)

    def _ask(self, window: Sequence[_Line]) -> dict[int, str]:
        """Return what the model says of each line of the window, by its place in it."""
        shown = "\n".join(f"{i}: {line.text}" for i, line in enumerate(window, start=1))
        messages = (
            Turn("system", SYSTEM),
            *(turn for shot in EXAMPLES for turn in _exchange(*shot)),
            Turn("user", shown),
        )
        options = GenerationOptions(
            max_tokens=TOKENS_A_LINE * len(window),
            temperature=0.0,
            seed=0,
            json_schema=_schema(len(window)),
        )
        try:
            answer = self.model.generate(messages, options=options)[0].text
        except ContextOverflow:
            if len(window) == 1:
                raise
            half = len(window) // 2
            found = self._ask(window[:half])
            later = self._ask(window[half:])
            return {**found, **{half + i: text for i, text in later.items()}}
        return read_facts(answer, len(window))


def read_facts(answer: str, lines: int) -> dict[int, str]:
    """Return what an answer says of each line, from 0; also of an answer that was cut off.

    Args:
        answer: JSON as the schema asks for it.
        lines: How many the model was shown.

    Example:
        >>> read_facts('{"1": "You sing.", "2": "", "3": "You da', 3)
        {0: 'You sing.'}
    """
    found = {}
    for match in _ENTRY.finditer(answer):
        try:
            text = json.loads(match[2])
        except ValueError:
            continue
        if 1 <= int(match[1]) <= lines and text.strip():
            found[int(match[1]) - 1] = text.strip()
    return found


def _windows(said: Sequence[str], most: int) -> Iterator[list[_Line]]:
    """Yield the sentences that may tell of the user, a few at a time.

    In English those say I or my, or hold a number, as in `25f`.
    """
    telling = _OWN if is_english(said) else _ANY
    lines = [
        _Line(i, " ".join(sentence.split()))
        for i, turn in enumerate(said)
        if not is_play(turn)
        for sentence in sentences(turn[:TURN_CHARACTERS])
        if telling.search(sentence) and not sentence.endswith("?")
    ]
    for start in range(0, len(lines), most):
        yield lines[start : start + most]


def _with_evidence(text: str, cited: _Line, window: Sequence[_Line]) -> Found | Dropped:
    """Return the fact if enough of its words stand in a line that the model was shown.

    Models that are shown several lines mix them up: the nearest line is the evidence, the cited
    one in a tie.
    """
    fact = about_you(text).rstrip(".!… ") + "."
    if not re.match(r"Your?\b", fact):
        return Dropped(fact, "is not about the user")
    line = max(window, key=lambda one: (_overlap(fact, one.text), one is cited))
    share = _overlap(fact, line.text)
    if share < OVERLAP:
        return Dropped(fact, f"shares {share:.0%} of its words with a line")
    return Found(fact, (line.turn,))


def _overlap(fact: str, line: str) -> float:
    """Return the share of the fact's content words that stand in the line, in [0, 1]."""
    meant = content_words(fact)
    return len(meant & content_words(line)) / len(meant) if meant else 0.0


def _exchange(line: str, answer: str) -> tuple[Turn, Turn]:
    return Turn("user", f"1: {line}"), Turn("assistant", json.dumps({"1": answer}))


def _schema(lines: int) -> str:
    keys = [str(i) for i in range(1, lines + 1)]
    schema = {
        "type": "object",
        "properties": {key: {"type": "string"} for key in keys},
        "required": keys,
        "additionalProperties": False,
    }
    return json.dumps(schema)


_OWN = re.compile(r"\b(?:i|me|my|mine|myself|we|our|us|im|ive)\b|\d", re.IGNORECASE)
_ANY = re.compile(r"\w")
_ENTRY = re.compile(r'"(\d+)"\s*:\s*("(?:[^"\\]|\\.)*")')

SYSTEM = (
    "You read numbered lines that a user said in a chat and write down what each line tells about "
    "the user: age, job, home, family, pets, habits, likes, plans. Each fact is one short sentence "
    "that begins with You or Your. A line that tells nothing about the user gets an empty text. "
    "Write only what the line says."
)
EXAMPLES = (
    (
        "I teach history in Leeds, so no novels please",
        "You teach history in Leeds. You do not like novels.",
    ),
    ("haha yes I think so too!", ""),
    ("My daughter Kim and I love to sail.", "You have a daughter named Kim. You love to sail."),
    ("I'm not sure yet, but I'll let you know.", ""),
)
