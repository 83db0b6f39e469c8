"""How human simulated users look: a plain prompted one and `LLMUser`, with the same model.

Both write the next user turn of real conversations (SimulatorArena mathematics, human turns of
oasst1) after the real history. What `LLMUser` knows of how people write (the style, the lines it
is shown, the scorer) comes from other conversations than those it is tested on.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import guards
from benchmarks.rows import Row
from persona_sdk.models.catalog import load_model
from persona_sdk.profile import Profile, Style
from persona_sdk.protocols import ChatModel
from persona_sdk.seeds import derived
from persona_sdk.sentences import split_segments
from persona_sdk.types import Conversation, Turn
from simulators.humanlike import fit_likeness
from simulators.imitation import Moment, moments, next_turns, spoken
from simulators.metrics.detector import detect
from simulators.profiles.spelling import Spelling, read_vocabulary
from simulators.prompted import PromptedUser
from simulators.protocols import User
from simulators.stylometry import measure_style
from simulators.user import LLMUser
from simulators.writing.candidates import HumanLikeness
from simulators.writing.style import restyled

COMMAND = "python -m benchmarks users"

DATA = Path(os.environ.get("DATA", "../shared/data"))

TURNS = int(os.environ.get("USER_TURNS", "200"))
"""Turns that each user writes, half of them in each source."""

TOKENIZER = Path(guards.__file__).parent / "weights" / "tokenizer.json"
MATHS = "simulatorarena_math_tutoring.jsonl.gz"
ASSISTANT = "mirrorbench_oasst1.jsonl.gz"
MATHS_GOAL = "You want to solve mathematics problems with the help of a tutor."
MOST_EXAMPLES = 40
DRAFTS = 6
PASTED = 100
"""Words from which a turn holds pasted code or letters: those say nothing of how somebody types."""
SEEN_TURNS = 4
SEEN_WORDS = 60
SHORT = 25
"""Words from which an example is shown last: long ones cost time and teach no style."""


def run() -> list[Row]:
    """Let both users write, then try to tell their turns from the real ones."""
    if not (DATA / "simulators").is_dir():
        print(f"left out, users: no folder {DATA}/simulators: set DATA", file=sys.stderr)
        return []
    model = load_model("builtin:base")
    known, tested = halves(seed=0)
    tested = drawn(tested, TURNS, seed=0)
    people = {
        "people": tuple(point.real for point in tested),
        "plain prompt": next_turns(tested, plain_user(model)),
        "LLMUser": next_turns(tested, our_user(model, known)),
    }
    write_down(tested, people)
    real = spoken(tested, people["people"])
    rows = []
    for name, texts in people.items():
        if name != "people":
            found = detect(real, spoken(tested, texts))
            target = "<= 0.75" if name == "LLMUser" else "> 0.9"
            if found.auc and found.surface_auc:
                rows += [
                    Row(f"{name}: detector AUC", found.auc.mean, "", target, COMMAND),
                    Row(f"{name}: AUC, low end", found.auc.low, "", "", COMMAND),
                    Row(f"{name}: AUC, high end", found.auc.high, "", "", COMMAND),
                    Row(f"{name}: AUC of the surface", found.surface_auc.mean, "", "", COMMAND),
                ]
        rows += list(_figures(name, texts))
    return rows


def halves(*, seed: int) -> tuple[list[Moment], list[Moment]]:
    """Split the conversations of both sources in two; return their moments."""
    known: list[Moment] = []
    tested: list[Moment] = []
    for source in (_maths, _assistant):
        conversations = list(source())
        random.Random(derived(seed, source.__name__)).shuffle(conversations)
        middle = len(conversations) // 2
        known += [point for one in conversations[:middle] for point in one]
        tested += [point for one in conversations[middle:] for point in one]
    return known, tested


def glimpsed(point: Moment) -> Moment:
    """Cut the history to what both users are shown: long answers take the time of a small model."""
    turns = [Turn(t.role, _glimpse(t.content)) for t in point.history.turns[-SEEN_TURNS:]]
    return replace(point, history=Conversation(tuple(turns)))


def drawn(points: Sequence[Moment], count: int, *, seed: int) -> list[Moment]:
    """Draw moments, as many from each source, in the order of the conversations."""
    chosen: list[Moment] = []
    for of_maths in (True, False):
        places = [i for i, p in enumerate(points) if is_maths(p) == of_maths]
        some = random.Random(seed).sample(places, min(count // 2, len(places)))
        chosen += [glimpsed(points[i]) for i in sorted(some)]
    return chosen


def plain_user(model: ChatModel) -> Callable[[Moment, int], User]:
    """Return the maker of the baseline: the goal in the prompt, nothing else."""

    def make(point: Moment, number: int) -> User:
        return PromptedUser(_profile(point), model, _character(point), seed=number)

    return make


def our_user(model: ChatModel, known: Sequence[Moment]) -> Callable[[Moment, int], User]:
    """Return the maker of ours, with style and examples of conversations in `known`."""
    votes = {maths: _votes([k for k in known if is_maths(k) == maths]) for maths in (True, False)}

    def make(point: Moment, number: int) -> User:
        near = [k for k in known if is_maths(k) == is_maths(point)]
        near = [k for k in near if bool(len(k.history)) == bool(len(point.history))]
        typed = [k.real for k in near if len(k.real.split()) <= PASTED]
        some = random.Random(number).sample(typed, min(MOST_EXAMPLES, len(typed)))
        # Short ones come first, for those stand in the prompt; all lend their length.
        examples = sorted(some, key=lambda text: len(text.split()) > SHORT)
        return LLMUser(
            replace(_profile(point), style=style_of([k.real for k in near])),
            model,
            persona_name=_character(point),
            seed=number,
            examples=tuple(examples),
            drafts=DRAFTS,
            likeness=votes[is_maths(point)],
            leaves=False,
        )

    return make


def style_of(texts: Sequence[str]) -> Style:
    """Measure a style; the words of the guard's tokenizer count as spelt right."""
    typed = [text for text in texts if len(text.split()) <= PASTED]
    return replace(measure_style(typed, misspelt=_spelling().misspelt), phrases=())


def is_maths(point: Moment) -> bool:
    """Whether a moment is from the tutoring conversations."""
    return point.id.startswith("maths")


def write_down(points: Sequence[Moment], people: Mapping[str, Sequence[str]]) -> None:
    """Keep the texts where `USER_TEXTS` names a file, to be read by people."""
    if not (path := os.environ.get("USER_TEXTS")):
        return
    with Path(path).open("w", encoding="utf-8") as file:
        for i, point in enumerate(points):
            row = {"id": point.id, **{name: texts[i] for name, texts in people.items()}}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _figures(name: str, texts: Sequence[str]) -> Iterator[Row]:
    style = measure_style(texts)
    figures = {
        "words, median": style.words,
        "begins in lower case": style.lower_start,
        "ends with a mark": style.end_mark,
        "has a question mark": style.questions,
        "distinct turns": len(set(texts)) / len(texts),
        "apostrophes a turn": statistics.mean(t.count("'") + t.count("’") for t in texts),
    }
    yield from (Row(f"{name}: {what}", value, "", "", COMMAND) for what, value in figures.items())


def _votes(known: Sequence[Moment]) -> HumanLikeness:
    """Fit a scorer on what people typed and on what they were answered, in one style."""
    people = [k.real for k in known if len(k.real.split()) <= PASTED]
    answers = [t.content for k in known for t in k.history.turns if t.role == "assistant"]
    sentences = {s.text for a in answers for s in split_segments(a) if len(s.text.split()) > 2}
    chosen = random.Random(0).sample(sorted(sentences), min(3 * len(people), len(sentences)))
    style = style_of(people)
    return fit_likeness(people, [restyled(s, style, seed=i) for i, s in enumerate(chosen)])


def _glimpse(text: str) -> str:
    words = text.split()
    if len(words) <= SEEN_WORDS:
        return text
    return " ".join([*words[: SEEN_WORDS // 3], "…", *words[-2 * SEEN_WORDS // 3 :]])


def _profile(point: Moment) -> Profile:
    """What both users are told: the wish, as the source words it."""
    wish = re.sub(r"\b([Tt]he) user\b", r"\1 person", point.about)
    return Profile(point.id, objective=wish)


def _character(point: Moment) -> str:
    return "Tutor" if is_maths(point) else "Assistant"


@lru_cache(maxsize=1)
def _spelling() -> Spelling:
    return Spelling(read_vocabulary(TOKENIZER))


def _maths() -> Iterator[list[Moment]]:
    for number, row in enumerate(_rows(MATHS)):
        talk = Conversation()
        answers = [*row["ai_responses"], *[""] * len(row["user_queries"])]
        for asked, answer in zip(row["user_queries"], answers, strict=False):
            # One person sent a picture, and two answers are missing.
            talk = talk.add("user", asked if isinstance(asked, str) else "")
            talk = talk.add("assistant", answer or "")
        yield moments(f"maths{number}", talk, about=MATHS_GOAL)


def _assistant() -> Iterator[list[Moment]]:
    for row in _rows(ASSISTANT):
        talk = Conversation()
        for turn in row["turns"]:
            talk = talk.add(turn["role"], turn["content"])
        yield moments(row["conversation_id"], talk, about=row["task_description"])


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(DATA / "simulators" / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
