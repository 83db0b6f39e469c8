"""How a turn begins: with a fact that is due, a goal, a goodbye, or as people begin."""

from __future__ import annotations

import random
import re

from persona_sdk.profile import Profile
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation
from persona_sdk.words import content_words
from simulators.behaviour.faults import own_turns
from simulators.values import Status

GOAL = 0.4
"""Chance that a turn after the first names a goal that was not named yet."""

_FIRST = ("hi", "hello", "hey", "hi, what", "hi, do you", "hey, can I ask", "so", "how do you")
_ASKING = (
    "what",
    "what do you",
    "how",
    "how do you",
    "do you",
    "do you ever",
    "are you",
    "can you",
    "why",
    "why do you",
    "where",
    "who",
    "when",
    "have you ever",
    "and what",
    "so what",
    "is that",
    "did you",
    "what about",
    "would you",
)
_TELLING = (
    "I",
    "I think",
    "I don't",
    "I never",
    "I've been",
    "my",
    "that",
    "that's",
    "ok",
    "ok so",
    "hm",
    "well",
    "yes",
    "no",
    "maybe",
    "not really",
    "tell me",
    "tell me about",
    "oh",
    "sounds",
)
_ENDINGS: dict[Status, tuple[str, ...]] = {
    "satisfied": ("ok thanks,", "thanks,", "great,", "alright,", "I have to go,"),
    "gave_up": ("never mind,", "forget it,", "ok I give up,", "this is"),
    "out_of_scope": ("never mind,", "ok, not your thing,", "then I'll"),
}


def plain_opening(conversation: Conversation, *, asks: bool, seed: int) -> str:
    """Return a word or two that people begin with, for a writer of whom no turn is known.

    Args:
        conversation: What was said.
        asks: Whether the turn shall ask something.
        seed: Of the turn.
    """
    spoken = own_turns(conversation)
    choices = _FIRST if not spoken else _ASKING if asks else _TELLING
    used = {" ".join(turn.lower().split()[:2]) for turn in spoken}
    fresh = [one for one in choices if one not in used]
    return random.Random(derived(seed, "opening")).choice(fresh or list(choices))


def ending_opening(status: Status, *, seed: int) -> str:
    """Return how the last turn of a user begins, empty while the talk is running."""
    choices = _ENDINGS.get(status, ("",))
    return random.Random(derived(seed, "ending")).choice(choices)


def due_goal(profile: Profile, conversation: Conversation, *, seed: int) -> str:
    """Return `I want to …` for a goal that the user has not named yet, empty for none.

    Example:
        >>> cook = Profile("p", goals=("Find out what Ada eats.",))
        >>> talk = Conversation().add("user", "hi").add("assistant", "Hello.")
        >>> sorted({due_goal(cook, talk, seed=seed) for seed in range(9)})
        ['', 'I want to find out what Ada eats']
    """
    said = own_turns(conversation)
    draw = random.Random(derived(seed, "goal", len(said)))
    known = content_words(" ".join(said))
    unnamed = [goal for goal in profile.goals if not content_words(goal) <= known]
    if not said or not unnamed or draw.random() >= GOAL:
        return ""
    return f"I want to {own_goal(unnamed[0])}"


def own_goal(goal: str) -> str:
    """Return a goal as it stands behind `I want to`.

    Example:
        >>> own_goal("Improve your English.")
        'improve my English'
    """
    text = re.sub(r"\byour\b", "my", goal.strip().rstrip("."))
    return text if re.match(r"I\b|[A-Z]{2}", text) else text[:1].lower() + text[1:]
