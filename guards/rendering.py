"""Writes (actions) and [thoughts] as sentences, so that a scorer reads who does or thinks what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from persona_sdk.sentences import Segment

_SUBJECT = re.compile(r"(?:i|i'm|she|he|they|we|it|the|her|his|their|my)\b", re.IGNORECASE)
_MARKS = "()[]*_ \t\n"


def as_sentence(segment: Segment, character: str) -> str:
    """Return what `segment` says as a plain sentence.

    Args:
        segment: A sentence, an (action) or a [thought].
        character: Who acts; becomes the subject of an action without one.

    Example:
        >>> from persona_sdk.sentences import split_segments
        >>> [as_sentence(s, "Alice") for s in split_segments("(sips her coffee) Good.")]
        ['Alice sips her coffee.', 'Good.']
    """
    if segment.kind == "speech":
        return segment.text
    inner = segment.text.strip(_MARKS)
    if segment.kind == "action":
        inner = _with_subject(inner, character)
    ended = inner if inner.endswith((".", "!", "?", "…")) else f"{inner}."
    return ended[:1].upper() + ended[1:]


def as_prose(segments: Sequence[Segment], draft: str, character: str) -> str:
    """Return the whole reply with actions and thoughts as sentences; plain speech stays itself."""
    if all(segment.kind == "speech" for segment in segments):
        return draft
    return " ".join(as_sentence(segment, character) for segment in segments)


def _with_subject(action: str, character: str) -> str:
    if not action or _SUBJECT.match(action) or _starts_with_name(action, character):
        return action
    verb = "is " if action.split()[0].lower().endswith("ing") else ""
    return f"{character} {verb}{action[0].lower()}{action[1:]}"


def _starts_with_name(action: str, character: str) -> bool:
    first = action.split()[0].strip(",.'’")
    return first.lower() in character.lower().split()
