"""What a simulated user must not say: another's lines, its own instructions, itself again.

Small models swap roles and recite their prompt; a conversation with such a user says nothing of
the character. Each check is a rule over text, so that it is the same on every machine.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache

from persona_sdk.types import Conversation
from persona_sdk.words import content_words, words
from simulators.behaviour.inversion import is_inverted
from simulators.writing.units import units

SIMILAR = 0.9
"""Likeness in [0, 1] at which a turn counts as said before."""

LOOKED_BACK = 3
"""Own turns that a new one is compared with."""

LEAKED_WORDS = 8
"""Words in a row from the instructions that make a leak."""

_SHORTEST_REPEAT = 3
"""Words below which people repeat themselves innocently: `yes`, `ok thanks`."""


def faults_of(
    text: str, conversation: Conversation, *, character: str, instructions: str = ""
) -> tuple[str, ...]:
    """Return what is wrong with `text` as the next user turn, nothing if it may be said.

    The names are `empty`, `role inversion`, `leak`, `parroting`, `repetition` and `stutter`.

    Args:
        text: The turn as written by a model.
        conversation: What was said before.
        character: Name of whom the user talks to, whose lines he must not speak.
        instructions: The prompt that must not be recited.

    Example:
        >>> faults_of("As an AI, I cannot eat.", Conversation(), character="Ada")
        ('role inversion',)
    """
    if not any(c.isalnum() for c in text):
        return ("empty",)
    checks = {
        "role inversion": is_inverted(text, character),
        "leak": is_leak(text, instructions),
        "parroting": _is_parroted(text, conversation),
        "repetition": repeats_itself(text, conversation),
        "stutter": _STUTTER.search(text) is not None,
    }
    return tuple(name for name, found in checks.items() if found)


def is_leak(text: str, instructions: str) -> bool:
    """Whether `text` shows reasoning, markup, or a run of words from the instructions."""
    if _REASONING.search(text):
        return True
    said, told = words(text), words(instructions)
    runs = {tuple(told[i : i + LEAKED_WORDS]) for i in range(len(told) - LEAKED_WORDS + 1)}
    return any(
        tuple(said[i : i + LEAKED_WORDS]) in runs for i in range(len(said) - LEAKED_WORDS + 1)
    )


def repeats_itself(text: str, conversation: Conversation) -> bool:
    """Whether `text` is as good as one of the user's last turns.

    Example:
        >>> said = Conversation().add("user", "Where do you live?").add("assistant", "Here.")
        >>> repeats_itself("where do you live", said)
        True
    """
    if len(units(text)) < _SHORTEST_REPEAT:
        return False
    return any(are_alike(text, past) for past in own_turns(conversation)[-LOOKED_BACK:])


def is_stuck(conversation: Conversation) -> bool:
    """Whether the last three user turns brought no content word that was not said before."""
    turns = [turn for turn in conversation if turn.content.strip()]
    places = [i for i, turn in enumerate(turns) if turn.role == "user"][-LOOKED_BACK:]
    if len(places) < LOOKED_BACK:
        return False
    known = frozenset[str]().union(*(content_words(t.content) for t in turns[: places[0]]))
    return all(content_words(turns[i].content) <= known for i in places)


def is_goodbye_loop(conversation: Conversation) -> bool:
    """Whether the last two turns of both sides only close the conversation."""
    last = conversation.turns[-4:]
    return len(last) == 4 and all(is_closing(turn.content) for turn in last)


def is_closing(text: str) -> bool:
    """Whether at least half of the sentences of `text` say thanks or goodbye.

    Example:
        >>> is_closing("ok thanks, bye!"), is_closing("Thanks. Where do you live? And since when?")
        (True, False)
    """
    sentences = [s for s in re.split(r"[.!?…。！？\n]+", text) if words(s)]
    closing = sum(_CLOSING.search(sentence) is not None for sentence in sentences)
    return bool(sentences) and 2 * closing >= len(sentences) and not set("?？") & set(text)


def likeness(one: str, other: str) -> float:
    """Return how alike two turns are in [0, 1], casing and punctuation aside."""
    return difflib.SequenceMatcher(
        None, " ".join(words(one)), " ".join(words(other)), autojunk=False
    ).ratio()


@lru_cache(maxsize=4096)
def are_alike(one: str, other: str) -> bool:
    """Whether `likeness` reaches `SIMILAR`, without the dear comparison where it cannot."""
    pair = difflib.SequenceMatcher(None, " ".join(words(one)), " ".join(words(other)), False)
    bounds = (pair.real_quick_ratio, pair.quick_ratio, pair.ratio)
    return all(bound() >= SIMILAR for bound in bounds)


def own_turns(conversation: Conversation) -> Sequence[str]:
    """Return what the user said, oldest first."""
    return [turn.content for turn in conversation if turn.role == "user"]


def _is_parroted(text: str, conversation: Conversation) -> bool:
    """Whether `text` only says the character's last turn again."""
    heard = next((t.content for t in reversed(conversation.turns) if t.role == "assistant"), "")
    said = " ".join(words(text))
    if len(units(text)) < 5:
        return False
    return said in " ".join(words(heard)) or are_alike(text, heard)


_REASONING = re.compile(
    r"</?think|<\|[^|>]{1,40}\|>|\[/?INST\]|</?s>|^\s*(?:system|instructions?)\s*:|\"status\"|"
    r"\b(?:the|this) (?:simulated )?user (?:should|would|wants|is|will|might)\b|\bmy (?:profile|"
    r"persona|instructions?) (?:is|are|says?)\b|\bmy (?:goal|role) is to (?:find out|ask|talk|chat|"
    r"play|act|pretend|get (?:her|him|the))\b|\b(?:role-?play|simulat)\w* (?:the|a|an) "
    r"(?:user|person)\b|^\s*[{#*]|\[(?:your|insert|name)\b",
    re.IGNORECASE | re.MULTILINE,
)
_STUTTER = re.compile(r"\b(\w+(?:\W+\w+){0,3})(?:\W+\1\b){4,}", re.IGNORECASE)
"""Up to four words five times in a row; people laugh `ha ha ha`, and no longer."""
_CLOSING = re.compile(
    r"\b(?:bye|goodbye|good night|see (?:you|ya)|take care|farewell|thanks?|thank you|thx|ty|"
    r"cheers|you'?re welcome|(?:have|enjoy) (?:a|your) (?:good|great|nice|lovely|day|evening)|talk "
    r"(?:to you )?(?:soon|later)|gotta go|got to go|so long|until next time|my pleasure|tschüss|"
    r"danke|auf wiedersehen|merci|au revoir|gracias|adiós|hasta luego|ciao|grazie|obrigad[oa]|"
    r"tchau|спасибо|до свидания|пока)\b|谢谢|再见|ありがとう|さようなら|감사합니다|안녕히",
    re.IGNORECASE,
)
