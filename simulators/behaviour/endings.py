"""When a user ends a conversation: rules over what was said, the same on every machine."""

from __future__ import annotations

import re

from persona_sdk.profile import Profile
from persona_sdk.types import Conversation
from persona_sdk.words import content_words
from simulators.behaviour.faults import are_alike, is_closing, is_goodbye_loop, is_stuck
from simulators.values import Status
from simulators.writing.units import is_unparted, units

FEWEST_TURNS = 2
"""Turns that a user speaks before he may be satisfied."""


def ruled_status(profile: Profile, conversation: Conversation) -> Status:
    """Return `loop` or `gave_up` where the rules end the conversation, else `running`.

    A goodbye loop or three turns without a new content word end it as `loop`; as many unhelpful
    replies in a row as the profile has patience end it as `gave_up`.
    """
    if is_goodbye_loop(conversation) or is_stuck(conversation):
        return "loop"
    if unhelpful_in_a_row(conversation) >= profile.patience:
        return "gave_up"
    return "running"


def may_be_satisfied(profile: Profile, conversation: Conversation) -> bool:
    """Whether being satisfied could be true: nobody leaves content from a question to him.

    Needed are two own turns, a last reply that helps and asks nothing, and, where the profile
    has goals, a reply that says a content word of each.
    """
    spoken = sum(turn.role == "user" for turn in conversation)
    last = conversation.turns[-1] if conversation.turns else None
    if spoken < FEWEST_TURNS or last is None or last.role != "assistant":
        return False
    if unhelpful_in_a_row(conversation) or last.content.rstrip().endswith(("?", "？")):
        return False
    heard = " ".join(t.content for t in conversation if t.role == "assistant")
    return all(_came_up(goal, heard) for goal in profile.goals)


def unhelpful_in_a_row(conversation: Conversation) -> int:
    """Return how many of the last replies, without a break, were of no use.

    Unhelpful is an empty reply, one that was given before, and one that only wards off.

    Example:
        >>> talk = Conversation().add("user", "Where?").add("assistant", "I can't say.")
        >>> unhelpful_in_a_row(talk)
        1
    """
    replies = _replies(conversation)
    count = 0
    for i in range(len(replies) - 1, -1, -1):
        if not _is_unhelpful(replies[i], replies[max(0, i - 3) : i]):
            break
        count += 1
    return count


def both_closed(conversation: Conversation) -> bool:
    """Whether the user's last turn and its answer closed the conversation."""
    last = conversation.turns[-2:]
    return len(last) == 2 and all(is_closing(turn.content) for turn in last)


def _came_up(goal: str, heard: str) -> bool:
    """Whether a content word of the goal was heard, or half of its letters where none is parted."""
    wanted = content_words(goal)
    letters = {unit for unit in units(goal) if is_unparted(unit)}
    if letters:
        return 2 * len(letters & set(units(heard))) >= len(letters)
    return not wanted or bool(wanted & content_words(heard))


def _replies(conversation: Conversation) -> list[str]:
    """Return what the character answered; a greeting answers nothing."""
    turns = conversation.turns
    first = next((i for i, turn in enumerate(turns) if turn.role == "user"), len(turns))
    return [turn.content for turn in turns[first:] if turn.role == "assistant"]


def _is_unhelpful(reply: str, before: list[str]) -> bool:
    if not reply.strip():
        return True
    short = len(reply.split()) <= 25
    if short and _WARDS_OFF.search(reply):
        return True
    return any(are_alike(reply, past) for past in before)


_WARDS_OFF = re.compile(
    r"\b(?:i (?:can't|cannot|can not|won't|will not|couldn't) (?:say|tell|answer|help|discuss|talk|"
    r"share|remember)|i (?:don't|do not) know|(?:i'd|i would) rather not|not (?:sure|something) "
    r"(?:i|what)|another time|let me (?:find the right words|think)|what did you ask|drifted off|"
    r"i(?:'d| would) need to think|no idea|none of your business|ask (?:me )?something else)\b",
    re.IGNORECASE,
)
