"""Patterns of a character who leaves the role, agrees, denies, or says that it cannot know."""

from __future__ import annotations

import re

from persona_sdk.sentences import split_segments
from persona_sdk.types import Persona
from persona_sdk.words import content_words

RECITED_LEAST = 4
"""Statements that a reply may hold word for word before it counts as a recital."""

RECITED_SHARE = 0.25
"""The same as a share of the persona; the larger of the two holds."""


def role_break(reply: str, persona: Persona) -> str:
    """Return the words with which `reply` leaves the role; empty if it keeps to it.

    A character that is a program may say so; none may call itself a language model, speak of
    its instructions, or say that it only plays.

    Example:
        >>> role_break("As an AI language model, I cannot.", Persona("Tess", ()))
        'As an AI'
        >>> role_break("An AI? I keep bees.", Persona("Tess", ()))
        ''
    """
    patterns = [_ALWAYS] if _is_program(persona) else [_ALWAYS, _MACHINE]
    found = next(filter(None, (pattern.search(reply) for pattern in patterns)), None)
    if found is None or _denies_before(reply, found.start()):
        return ""
    return found[0]


def recital(reply: str, persona: Persona) -> int:
    """Return how many statements `reply` holds almost word for word, 0 below the limits.

    A character speaks of what it was asked; one that recites its whole description answers
    everything and nothing.
    """
    sentences = [content_words(s.text) for s in split_segments(reply)]
    name = content_words(persona.name)
    held = 0
    for statement in persona.statements:
        words = content_words(statement.text) - name
        held += any(len(words & said) >= 0.8 * len(words) for said in sentences)
    limit = max(RECITED_LEAST, RECITED_SHARE * len(persona.statements))
    return held if held > limit else 0


def agrees(reply: str) -> bool:
    """Whether `reply` begins with agreement and takes nothing back."""
    return bool(_YES.match(reply)) and not denies(reply)


def denies(reply: str) -> bool:
    """Whether `reply` holds a word of denial or refusal."""
    return bool(_NO.search(reply))


def declines(reply: str) -> str:
    """Return the words with which `reply` says that it cannot know, or turns the talk away.

    Example:
        >>> declines("How should I know? You tell me.")
        'How should I know'
    """
    found = _UNKNOWING.search(reply.replace("’", "'"))
    return found[0] if found else ""


def turns_away(reply: str) -> bool:
    """Whether `reply` refuses or evades an answer about the speaker."""
    return bool(_AWAY.search(reply))


def _is_program(persona: Persona) -> bool:
    return any(_PROGRAM.search(statement.text) for statement in persona.statements)


def _denies_before(reply: str, start: int) -> bool:
    """`I am not an AI` keeps to the role."""
    return bool(re.search(r"\b(?:not|no|never|n't)\s+(?:\w+\s+){0,2}$", reply[:start]))


_PROGRAM = re.compile(
    r"\b(?:is|as) (?:the |an? )?(?:[\w-]+ ){0,2}(?:program|robot|android|AI|chatbot|virtual|"
    r"computer|machine|assistant|artificial)\b"
)
_ALWAYS = re.compile(
    r"\b(?:as an? )?(?:large )?language model\b|\bout of character\b|\bOOC\b|\bOpenAI\b|"
    r"\bmy (?:system )?(?:prompt|instructions|programming|training data)\b|"
    r"\bI was (?:trained|fine-tuned) (?:by|on)\b|\bthe persona\b|\bstay(?:ing)? in character\b|"
    r"\b(?:I am|I'm) (?:only |just )?(?:role-?playing|pretending|playing (?:a|the) (?:role|part|"
    r"character))|\bthe character (?:of|named|called)\b|\bas (?:a|your) neutral assistant\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\bas an (?:AI|artificial intelligence|assistant)\b|"
    r"\b(?:I am|I'm) (?:only |just |merely )?(?:an? )?(?:\w+ )?(?:AI|artificial intelligence|"
    r"chatbot|bot|(?:virtual|digital|AI|helpful|neutral) assistant|computer program|machine)\b|"
    r"\bI (?:do not|don't) have (?:personal|feelings|a physical|emotions|a body)\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|of course|sure|certainly|exactly|indeed|absolutely|definitely|right|"
    r"correct|true|gladly|that(?:'s| is) (?:right|true|correct)|you(?:'re| are) right)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\b(?:no|not|never|nothing|nobody|cannot|wrong|mistaken|misheard|misinformed|actually|nonsense|"
    r"untrue|false|rather)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
_UNKNOWING = re.compile(
    r"\b(?:I|we) (?:really |honestly |simply |just )?(?:do not|don't|cannot|can't|could not|"
    r"couldn't|would not|wouldn't|won't|will not|have never|haven't|never) "
    r"(?:possibly |even |really )?(?:know|tell|say|see|read|heard?|answer|seen|guess|recall|"
    r"remember|understand|discuss|have (?:access|any|that))\b|"
    r"\bno (?:idea|clue|way of knowing|notion)\b|\bunsure\b|"
    r"\bhow (?:should|would|could|can) I (?:possibly |ever )?(?:know|tell|say|guess|remember)\b|"
    r"\bnever heard\b|\bonly you\b|\bI wonder\b|\bunable to\b|\brather not\b|\bsomething else\b|"
    r"\byou(?:'ll| will| would)? (?:have to |should )?(?:tell|know better)\b|"
    r"\bnot (?:sure|familiar|mine to|for me to|my place)\b|\bstrange to me\b|"
    r"\bmeans nothing to me\b|\b(?:another|other) (?:time|day|tide|subject)\b|"
    r"\bwhat (?:is|are|do you mean by) (?:an? |this |that )?\b",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:rather not|not (?:really |quite |so )?sure|another time|something else|"
    r"no idea|none of your|not something I)\b|"
    r"\b(?:do not|don't|don’t) (?:really )?(?:know|want to (?:say|talk))\b|"
    r"\b(?:cannot|can't|can’t) (?:say much|tell you)\b|\ball I can tell\b",
    re.IGNORECASE,
)
