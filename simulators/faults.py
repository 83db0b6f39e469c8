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
from simulators.naming import own_names

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

    The names are `empty`, `role inversion`, `leak`, `parroting` and `repetition`.

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
    }
    return tuple(name for name, found in checks.items() if found)


def is_inverted(text: str, character: str) -> bool:
    """Whether `text` speaks as the character or as an assistant.

    Example:
        >>> is_inverted("I'm Ada, nice to meet you.", "Ada"), is_inverted("hi Ada", "Ada")
        (True, False)
    """
    if _ASSISTANT.search(_APOSTROPHE.sub(r"\1'\2", text)):
        return True
    names = "|".join(map(re.escape, own_names(character)))
    speaks = (
        rf"(?:\A\s*(?:{names}|assistant)\s*:|\b(?:I am|I'm|my name is|this is)\s+(?:{names})\b)"
    )
    return re.search(speaks, text.replace("’", "'"), re.IGNORECASE) is not None


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
    if len(words(text)) < _SHORTEST_REPEAT:
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
    sentences = [s for s in re.split(r"[.!?…\n]+", text) if words(s)]
    closing = sum(_CLOSING.search(sentence) is not None for sentence in sentences)
    return bool(sentences) and 2 * closing >= len(sentences) and "?" not in text


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
    if len(said.split()) < 5:
        return False
    return said in " ".join(words(heard)) or are_alike(text, heard)


_APOSTROPHE = re.compile(r"\b(i)[’]?(m|d)\b", re.IGNORECASE)
_ASSISTANT = re.compile(
    r"\bas an? (?:ai|assistant|(?:large )?language model|chatbot)\b|\bi(?:'m| am) an? (?:ai|"
    r"(?:virtual |helpful )?assistant|language model|chatbot)\b|\bhow (?:can|may) i (?:help|assist)"
    r"(?: you)?\b|\bi(?:'m| am) here to (?:help|assist)\b|\bi(?:'d| would) (?:be (?:happy|"
    r"glad)|love|like) to (?:help|assist)\b|\bi(?:'m| am) (?:ready|excited|happy|glad) to (?:help|"
    r"assist)\b|\bfeel free to (?:ask|reach)\b|\blet me know if (?:you|there)\b|\banything "
    r"else (?:i can|you(?:'d| would) like)\b|\bi(?:'m| am) sorry, but i (?:can't|cannot)\b|"
    r"\bwhat can i do for you\b|\bgreat question\b|\bglad (?:i|you) could (?:help|ask)\b",
    re.IGNORECASE,
)
_REASONING = re.compile(
    r"</?think|<\|[^|>]{1,40}\|>|\[/?INST\]|</?s>|^\s*(?:system|instructions?)\s*:|\"status\"|"
    r"\b(?:the|this) (?:simulated )?user (?:should|would|wants|is|will|might)\b|\bmy (?:goal|role|"
    r"profile|persona|instructions?) (?:is|are|says?)\b|\b(?:role-?play|simulat)\w* (?:the|a|an) "
    r"(?:user|person)\b|^\s*[{#*]|\[(?:your|insert|name)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING = re.compile(
    r"\b(?:bye|goodbye|good night|see (?:you|ya)|take care|farewell|thanks?|thank you|thx|ty|"
    r"cheers|you'?re welcome|(?:have|enjoy) (?:a|your) (?:good|great|nice|lovely|day|evening)|talk "
    r"(?:to you )?(?:soon|later)|gotta go|got to go|so long|until next time|my pleasure)\b",
    re.IGNORECASE,
)
