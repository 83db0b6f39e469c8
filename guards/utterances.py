"""Cuts a reply into what a scorer can judge: whole sentences, actions and thoughts spelled out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from persona_sdk.sentences import Segment, split_segments
from persona_sdk.types import SegmentKind


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence, action or thought of a reply."""

    prose: str
    """What it says as a plain sentence, the character as subject of an action."""
    start: int
    end: int
    """It stands at `draft[start:end]`."""
    kind: SegmentKind
    makes_claim: bool
    """False for greetings and questions: they say nothing about the character."""


def utterances(draft: str, character: str) -> list[Utterance]:
    """Cut `draft`; a sentence that an aside interrupts is put together again.

    Args:
        draft: A reply with `(actions)`, `*actions*` and `[thoughts]`.
        character: Who acts; becomes the subject of an action without one.

    Example:
        >>> [u.prose for u in utterances("(sips her coffee) I *never* sleep.", "Alice")]
        ['Alice sips her coffee.', 'I never sleep.']
    """
    return [_utterance(segment, character) for segment in _joined(split_segments(draft))]


def as_prose(found: Sequence[Utterance], draft: str) -> str:
    """Return the whole reply with actions and thoughts as sentences; plain speech stays itself."""
    spoken = all(u.kind == "speech" for u in found) and not _ASIDE.search(draft)
    return draft if spoken else " ".join(u.prose for u in found)


def _utterance(segment: Segment, character: str) -> Utterance:
    claims = segment.makes_claim and any(map(str.isalnum, segment.text))
    prose = _spelled_out(segment, character)
    return Utterance(prose, segment.start, segment.end, segment.kind, claims)


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    """Put speech together that an aside interrupts; a word in asterisks is emphasis there."""
    joined: list[Segment] = []
    waiting = list(reversed(segments))
    while waiting:
        segment = waiting.pop()
        while len(waiting) > 1 and _interrupts(segment, waiting[-1], waiting[-2]):
            aside, rest = waiting.pop(), waiting.pop()
            emphasis = aside.text.strip("*") if _EMPHASIS.fullmatch(aside.text) else ""
            if not emphasis:
                joined.append(aside)
            text = " ".join(part for part in (segment.text, emphasis, rest.text) if part)
            segment = replace(segment, text=text, end=rest.end)
        joined.append(segment)
    return joined


def _interrupts(before: Segment, aside: Segment, after: Segment) -> bool:
    return (
        before.kind == after.kind == "speech"
        and aside.kind != "speech"
        and before.text[-1] not in _ENDS
        and not after.text[0].isupper()
    )


def _spelled_out(segment: Segment, character: str) -> str:
    if segment.kind == "speech":
        return segment.text
    inner = segment.text.strip(_MARKS)
    if segment.kind == "action":
        inner = _with_subject(inner, character)
    ended = inner if inner.endswith(tuple(_ENDS)) else f"{inner}."
    return ended[:1].upper() + ended[1:]


def _with_subject(action: str, character: str) -> str:
    if not action or _SUBJECT.match(action) or _starts_with_name(action, character):
        return action
    verb = "is " if action.split()[0].lower().endswith("ing") else ""
    return f"{character} {verb}{action[0].lower()}{action[1:]}"


def _starts_with_name(action: str, character: str) -> bool:
    first = action.split()[0].strip(",.'’")
    return first.lower() in character.lower().split()


_ENDS = '.!?…"”»'
_MARKS = "()[]*_ \t\n"
_ASIDE = re.compile(r"[*(\[]")
_EMPHASIS = re.compile(r"\*\w[\w'’-]*\*")
_SUBJECT = re.compile(r"(?:i|i'm|she|he|they|we|it|the|her|his|their|my)\b", re.IGNORECASE)
