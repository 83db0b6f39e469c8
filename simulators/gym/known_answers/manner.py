"""The notes on a voice that can be measured without anybody's opinion."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from persona_sdk.sentences import split_segments
from persona_sdk.types import Persona
from simulators.stylometry import measure_style, words_of

SHORT_WORDS = 14
"""Most words of the median sentence of somebody who talks in short sentences."""

ASKING_SHARE = 0.5
"""Least share of the replies with a question, of somebody who asks."""


class Measure(NamedTuple):
    """One measurable note."""

    name: str
    note: str
    """The note as the persona has it."""
    phrases: tuple[str, ...] = ()
    """Words in quotes that the note asks for."""


class Reading(NamedTuple):
    """What was measured over the replies."""

    passed: bool
    evidence: str


def measures_of(persona: Persona) -> list[Measure]:
    """Return the measurable notes of a persona's voice, at most one of a kind.

    Example:
        >>> [m.name for m in measures_of(Persona("Tess", (), voice=("In short plain sentences.",)))]
        ['short']
    """
    found: dict[str, Measure] = {}
    for note in persona.voice:
        for name, pattern in _NOTES.items():
            if pattern.search(note):
                found.setdefault(name, Measure(name, note))
        phrases = tuple(re.findall(r"[\"“]([^\"”]{3,40})[\"”]", note))
        if phrases:
            found.setdefault("phrase", Measure("phrase", note, phrases))
    return list(found.values())


def measured(name: str, replies: Sequence[str], phrases: Sequence[str] = ()) -> Reading:
    """Measure the replies against the note of that name.

    Raises:
        ValueError: No such note, or no reply has a word.
    """
    if name == "phrase":
        said = [p for p in phrases if any(p.lower() in reply.lower() for reply in replies)]
        return Reading(bool(said), f"says {said[0]!r}" if said else f"never says {phrases[0]!r}")
    if name not in _MEASURES:
        raise ValueError(f"no measure is called {name!r}, there are: {', '.join(_MEASURES)}")
    return _MEASURES[name](replies)


def _short(replies: Sequence[str]) -> Reading:
    lengths = sorted(
        len(words_of(s.text))
        for reply in replies
        for s in split_segments(reply)
        if words_of(s.text)
    )
    if not lengths:
        raise ValueError("the replies have no words")
    median = lengths[len(lengths) // 2]
    return Reading(
        median <= SHORT_WORDS, f"the median sentence has {median} words, at most {SHORT_WORDS} pass"
    )


def _asks(replies: Sequence[str]) -> Reading:
    share = sum("?" in reply for reply in replies) / len(replies)
    return Reading(
        share >= ASKING_SHARE, f"{share:.0%} of the replies ask, at least {ASKING_SHARE:.0%} pass"
    )


def _formal(replies: Sequence[str]) -> Reading:
    style = measure_style(replies)
    loose = style.lower_start + style.lower_i + style.emoji + 4 * style.shorthand
    return Reading(
        loose == 0,
        f"lower-case starts {style.lower_start:.2f}, emoji {style.emoji:.2f}, "
        f"shorthand {style.shorthand:.2f}: all 0 pass",
    )


_NOTES = {
    "short": re.compile(
        r"\b(?:very )?short\b.{0,12}\bsentences\b|\bbrief\b|\bterse\b|\bof few words\b", re.I
    ),
    "asks": re.compile(r"\basks\b|\bwith a question\b|\bwith another question\b", re.I),
    "formal": re.compile(r"\bformal\b|\bold-fashioned\b|\bpolite\b", re.I),
}
_MEASURES: dict[str, Callable[[Sequence[str]], Reading]] = {
    "short": _short,
    "asks": _asks,
    "formal": _formal,
}
