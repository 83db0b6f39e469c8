"""Which facts about himself a user tells, and when: gradually, and some of them never."""

from __future__ import annotations

import random
import re
from functools import lru_cache

from persona_sdk.profile import Fact, Profile
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation
from persona_sdk.words import content_words
from simulators.writing.tellings import reworded

TOLD = 0.6
"""Share of a fact's content words that a turn must hold to tell it."""

UNASKED = 0.25
"""Chance that a turn after the first tells a fact on request that nobody requested."""


def due_fact(profile: Profile, conversation: Conversation, *, seed: int) -> Fact | None:
    """Return the fact that the next turn may tell: one that was asked for, opens, or fits.

    Args:
        profile: Whose facts they are.
        conversation: What was said; facts told before are not told again.
        seed: Of the conversation.

    Example:
        >>> nurse = Profile("n", (Fact("f1", "You are a nurse.", disclosure="opening"),))
        >>> due_fact(nurse, Conversation(), seed=1).text
        'You are a nurse.'
    """
    turns = [turn.content for turn in conversation if turn.role == "user"]
    known = {one for text in turns for one in told_facts(profile, text)}
    open_facts = [f for f in profile.facts if f.disclosure != "hidden" and f.id not in known]
    last = conversation.turns[-1].content if conversation.turns else ""
    if asked := [f for f in open_facts if _is_asked(f, last)]:
        return asked[0]
    if len(turns) < 2 and (opening := [f for f in open_facts if f.disclosure == "opening"]):
        return opening[0]
    draw = random.Random(derived(seed, "fact", len(turns)))
    later = [f for f in open_facts if f.disclosure == "on-request"]
    return draw.choice(later) if turns and later and draw.random() < UNASKED else None


def told_facts(profile: Profile, text: str) -> tuple[str, ...]:
    """Return the ids of the facts that `text` tells, hidden ones too.

    A fact is told where most of its content words are said and all of its figures, or those of a
    rewording that `simulators.writing.tellings` knows: rules see no other paraphrase.

    Example:
        >>> told_facts(Profile("n", (Fact("f1", "You are a nurse."),)), "im a nurse btw")
        ('f1',)
    """
    said = content_words(text)
    return tuple(
        fact.id for fact in profile.facts if any(_tells(said, words) for words in _needed(fact))
    )


@lru_cache(maxsize=4096)
def _needed(fact: Fact) -> tuple[frozenset[str], ...]:
    """Return the content words of the fact, and those that each of its rewordings keeps."""
    own = content_words(fact.text)
    kept = (own & content_words(line) for line in reworded(fact))
    return tuple(dict.fromkeys(words for words in (own, *kept) if words))


def _tells(said: frozenset[str], needed: frozenset[str]) -> bool:
    figures = {word for word in needed if word.isdigit()}
    return figures <= said and len(needed & said) >= TOLD * len(needed)


def _is_asked(fact: Fact, last: str) -> bool:
    """Whether the character just asked for the fact, by its words or what it is about."""
    questions = " ".join(re.findall(r"[^.!?\n？。！]*[?？]", last))
    questions = questions.replace("for a living", "for work")  # nobody asks there where one lives
    if not questions:
        return False
    asked = content_words(questions)
    hints = content_words(fact.text) | content_words(_HINTS.get(fact.attribute, fact.attribute))
    return bool(asked & hints)


_HINTS = {
    "occupation": "occupation work job living profession",
    "location": "location live home city town country",
    "family": "family married children kids brother sister parents",
    "habits": "habits hobbies spare time weekend usually fun",
    "plans": "plans planning tomorrow next",
    "age": "age old born",
    "name": "name called",
    "education": "education study school university college",
}
