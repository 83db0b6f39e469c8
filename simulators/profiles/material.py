"""Tells a user's own words from what is handed over to be worked on, and from a play."""

from __future__ import annotations

import re


def own_words(turn: str) -> str:
    """Return a turn without the text that it hands over after a colon, to the end.

    Example:
        >>> own_words("I'm a nurse. Please fix my email: Dear Ann, I am a pilot. I live in Rome.")
        "I'm a nurse. Please fix my email"
    """
    found = _TASK.search(turn)
    return turn[: found.start("given")] if found else turn


def is_play(turn: str) -> bool:
    """Whether a turn sets a scene, in which `I` is a part and not the user.

    Example:
        >>> is_play("Act as a waiter. I am the guest."), is_play("I act as a guide at weekends.")
        (True, False)
    """
    return _PLAY.search(turn) is not None


_TASK = re.compile(
    r"(?:\A|[.!?\n]\s*)(?:(?:hi|hello|hey|please|pls|now|then|can you|could you|would you|will you|"
    r"help me)[ ,]+)*"
    r"(?:write|re-?write|translate|fix|correct|proof-?read|summari[sz]e|paraphrase|rephrase|edit|"
    r"improve|polish|check|continue|complete|finish|classify|convert|shorten|analy[sz]e|reply to|"
    r"respond to|grammar)\b[^.!?:\n]{0,80}(?P<given>:.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_PLAY = re.compile(
    r"(?:\A|[.!?,;:\n]\s*|\b(?:please|now|to|let's|lets|can you|could you|will you) )"
    r"(?:(?:act|speak|behave|respond|answer) (?:as|like) (?:if|an?|the|my|you)\b|"
    r"(?:pretend|imagine|suppose)\b|role-?play\b|(?:play|take) the (?:role|part)\b)",
    re.IGNORECASE,
)
