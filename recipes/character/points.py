"""A point: one fact about a made-up character, with the ways to ask for it and to say it."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from guards.training.synthesize.facts import Character, Fact, a_fact
from guards.training.synthesize.material import Split, topics_of
from guards.training.synthesize.profiles import SHAPES, Slot
from guards.training.synthesize.voice import negate, to_question, to_third
from persona_sdk.words import content_words

CONVAI2 = "persona/convai2_train_entailed_pairs.jsonl.gz"
"""Persona lines of ConvAI2 (text CC BY 4.0); the labels of that file are not read."""

RARE = 4
"""A line with a word that fewer lines hold is left out: in lower case names cannot be told."""

_SPLIT_VERB = re.compile(r" and (?!I |my |a |an |the |of |in )[a-z]+ ")
_DOUBLE_NO = re.compile(r"(?:n't|not)\b.* (?:no|never|nothing|nobody|only|hardly)\b")
_CONTRACTED = {
    r"\bi m\b": "I'm",
    r"\bi ve\b": "I've",
    r"\bi d\b": "I'd",
    r"\bi ll\b": "I'll",
    r"\b(do|does|did|is|was|are|were|ca|has|have|would|could|should|wo) ?n t\b": r"\1n't",
    r"\b(don|doesn|didn|isn|wasn|aren|weren|can|hasn|haven|wouldn|couldn|won) t\b": r"\1't",
    r"\b(he|she|it|that|there) s\b": r"\1's",
    r"\bi\b": "I",
    r" ([,.!?])": r"\1",
}
_CAPITALS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february april june july "
    "august september october november december christmas halloween english french spanish german "
    "italian chinese mexican japanese american canada texas florida california america mexico "
    "europe france germany italy japan china chicago boston disney facebook".split()
)


@dataclass(frozen=True, slots=True)
class Point:
    """One fact, in the first person unless said otherwise."""

    said: tuple[str, ...]
    """Sentences that mean the fact and no more; the first is worded as the statement is."""
    coloured: tuple[str, ...] = ()
    """Livelier ways to say it; they may add a little."""
    asks: tuple[str, ...] = ()
    """Questions that the fact answers."""
    true: tuple[str, ...] = ()
    """Yes/no questions that it answers with yes."""
    false: tuple[str, ...] = ()
    """Yes/no questions that it answers with no."""
    denial: tuple[str, ...] = ()
    """Sentences that go against it."""
    topics: frozenset[str] = frozenset()
    core: bool = False
    """Belongs in an answer to "Who are you?"."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The points that one statement holds: mostly one, several in a dense statement."""

    points: tuple[Point, ...]
    template: str = ""
    """The statement with {n}, {s}, {o} and {p} for name and pronouns; empty takes the point's."""

    def worded(self, which: int) -> Drawn:
        """Return the same with another of the wordings in front, which the statement takes."""
        if self.template:
            return self
        (point,) = self.points
        at = which % len(point.said)
        return Drawn((replace(point, said=point.said[at:] + point.said[:at]),))

    def statement(self, name: str, pronouns: tuple[str, str, str]) -> str:
        """Return the statement, said of `name`."""
        if self.template:
            s, o, p = pronouns
            return self.template.format(n=name, s=s, o=o, p=p)
        return to_third(self.points[0].said[0], name, pronouns)


Draw = Callable[[random.Random], Drawn | None]
"""Draws a statement, or None where it failed."""

DENSE = 0.1
"""Share of the synthetic statements that hold several facts."""

_BLANK = Character("{n}", ("{s}", "{o}", "{p}"))


def synthetic(rng: random.Random, split: Split) -> Drawn | None:
    """Draw a statement from the generator of the discriminators' training rows."""
    if rng.random() < DENSE:
        template, slots = rng.choice(SHAPES)(rng, split, _BLANK)
        return Drawn(tuple(_of_slot(slot) for slot in slots), template)
    point = of_fact(a_fact(rng, split, written=0.72))
    return Drawn((point,)) if point else None


def _of_slot(slot: Slot) -> Point:
    denial = tuple(text for text in slot.wrong if text.startswith(("I ", "I'm ")))
    return Point(
        said=slot.right, asks=slot.wh, denial=denial, topics=topics_of(slot.name), core=True
    )


def of_fact(fact: Fact) -> Point | None:
    """Return the point of a fact, or None where it cannot be said of a third person."""
    said = tuple(s for s in fact.plain if s.startswith(("I ", "I'm", "I've", "My ")))
    said = tuple(s for s in said if not _SPLIT_VERB.search(s))
    if not said or not (fact.wh or fact.asks_true):
        return None
    denial = tuple(s for s in fact.plain_denial if not _DOUBLE_NO.search(s))
    coloured = tuple(s for s in fact.agree if s not in fact.plain and s[:1].isupper())
    return Point(
        said=said,
        coloured=coloured,
        asks=fact.wh,
        true=fact.asks_true,
        false=fact.asks_false,
        denial=denial,
        topics=fact.topics,
        core=fact.kind.generic,
    )


@cache
def line_points(folder: Path) -> tuple[Point, ...]:
    """Return a point for each usable persona line of ConvAI2, in a fixed order."""
    with gzip.open(folder / CONVAI2, "rt", encoding="utf-8") as file:
        lines = sorted({json.loads(line)["persona"] for line in file})
    common = Counter(word for line in lines for word in set(line.split()))
    kept = [line for line in lines if all(common[word] >= RARE for word in line.split())]
    points = (of_line(spelled(line)) for line in kept)
    return tuple(point for point in points if point is not None)


def of_line(line: str) -> Point | None:
    """Return the point of a first-person sentence, or None where its grammar is not understood."""
    if not line.startswith(("I ", "I'm ", "I've ", "My ")) or not 4 <= len(line.split()) <= 16:
        return None
    if _SPLIT_VERB.search(line) or not to_third(line, "X", ("she", "her", "her")).startswith("X"):
        return None
    question, denial = to_question(line), negate(line)
    return Point(
        said=(line,),
        true=(question,) if question else (),
        denial=(denial,) if denial and not _DOUBLE_NO.search(denial) else (),
        core=bool(re.match(r"I(?:'m| am) (?:an? )|I (?:work|live|have)\b|My (?:name|job)", line)),
    )


def spelled(line: str) -> str:
    """Return a tokenised lower-case line with capitals, contractions and plain punctuation."""
    for pattern, wanted in _CONTRACTED.items():
        line = re.sub(pattern, wanted, line)
    line = " ".join(w.capitalize() if w.strip(".,!?") in _CAPITALS else w for w in line.split())
    line = re.sub(r"([.!?]\s+)([a-z])", lambda m: m[1] + m[2].upper(), line)
    return line[:1].upper() + line[1:]


def apart(point: Point, others: Iterable[Point]) -> bool:
    """Whether a point shares no telling word with the others: two of a kind may clash."""
    mine = _words(point)
    return all(not mine & _words(other) for other in others)


@cache
def _words(point: Point) -> frozenset[str]:
    return frozenset(content_words(point.said[0]))
