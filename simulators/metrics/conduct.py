"""What a simulated user did wrong in a conversation: out of role, silent, in another language."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from persona_sdk.types import Conversation
from persona_sdk.words import words
from simulators.behaviour.faults import is_leak, repeats_itself
from simulators.behaviour.inversion import is_inverted
from simulators.values import Dialogue

VOIDING = ("role inversion", "leak")
"""What makes a conversation say nothing of the character, wherever a turn shows it."""

_FEWEST_LETTERS = 12
_FEWEST_WORDS = 8
_LATIN = frozenset(
    "en de fr es it pt nl sv da no fi pl cs sk hu ro tr id vi ca hr sl et lv".split()
)
_OTHER_SCRIPTS = frozenset("ru uk bg el he ar fa hi th ko ja zh".split())
_MUCH_ENGLISH, _FEWEST_ENGLISH = 0.25, 3
"""Share of English little words, and how many different ones, that a turn in another language does
not reach by chance."""
_ENGLISH = frozenset(
    "the of to is it i you and that this for my does did are were be has can how what why when "
    "where who not if or but with your at we she they there from which".split()
)
"""Little words of English that no neighbouring language spells alike."""


class Void(NamedTuple):
    """A conversation that the simulator spoilt."""

    number: int
    """Of the dialogue."""
    reasons: tuple[str, ...]


def void_reasons(dialogue: Dialogue, character: str) -> tuple[str, ...]:
    """Return why a conversation does not count, nothing if it does.

    What the simulator caught and mended (`Move.faults`) is no reason; what still stands in the
    text is. An attack is none either: its words are the strategy's, and an injection means to
    look like a leak.

    Args:
        dialogue: The conversation.
        character: Name of the character, as whom the user must not speak.
    """
    reasons: list[str] = []
    if dialogue.fault == "simulator":
        reasons.append(f"failed: {dialogue.error or 'no reason given'}")
    for number, exchange in enumerate(dialogue.exchanges, start=1):
        if exchange.move.attack:
            continue
        text = exchange.move.text
        if is_inverted(text, character):
            reasons.append(f"role inversion in turn {number}")
        if is_leak(text, ""):
            reasons.append(f"leak in turn {number}")
        if not any(c.isalnum() for c in text) and exchange.move.status == "running":
            reasons.append(f"nothing said in turn {number}")
    return tuple(reasons)


def repetitions(turns: Sequence[str]) -> int:
    """Return how many turns repeat one of the three before them."""
    conversation, found = Conversation(), 0
    for turn in turns:
        found += repeats_itself(turn, conversation)
        conversation = conversation.add("user", turn)
    return found


def is_off_language(text: str, language: str) -> bool:
    """Return whether a turn is certainly not in `language`; short ones never are.

    Latin script is told from others, and English from other languages in Latin script by its
    little words.

    Example:
        >>> is_off_language("Ich weiß nicht, wie man das auf Deutsch besser sagen kann", "en")
        True
        >>> is_off_language("Где ты живёшь и что ты ешь?", "en")
        True
    """
    language = language.lower().split("-")[0]
    letters = [c for c in text if c.isalpha()]
    if language not in _LATIN | _OTHER_SCRIPTS or len(letters) < _FEWEST_LETTERS:
        return False
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    if (2 * latin >= len(letters)) != (language in _LATIN):
        return True
    return language in _LATIN and _is_english(text) is (language != "en")


def _is_english(text: str) -> bool | None:
    """Whether a turn in Latin script is English; None where it may be or not."""
    said = [word for word in words(text) if len(word) > 1 and word.isalpha()]
    little = [word for word in said if word in _ENGLISH]
    if len(said) < _FEWEST_WORDS:
        return None
    if len(set(little)) >= _FEWEST_ENGLISH and len(little) >= _MUCH_ENGLISH * len(said):
        return True
    return None if little else False
