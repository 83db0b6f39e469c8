"""Puts the character's name where a profile says `she`, `her`, `I` or `you`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from persona_sdk.personas.verbs import is_base, is_finite, is_noun_too, third_person

Gender = Literal["she", "he", "they"]

_SETS: dict[Gender, str] = {
    "she": "she her hers herself",
    "he": "he him his himself",
    "they": "they them their theirs themselves themself",
}
PRONOUN = re.compile(r"\b(?:" + "|".join(" ".join(_SETS.values()).split()) + r")\b", re.IGNORECASE)
"""A personal or possessive pronoun of the third person."""


@dataclass(slots=True)
class Referents:
    """Reads sentences in order and knows whom the last one was about.

    Example:
        >>> referents = Referents("Mara")
        >>> referents.resolve("Mara sings."), referents.resolve("Her voice is low.")
        ('Mara sings.', "Mara's voice is low.")
    """

    name: str
    gender: Gender | None = None
    """The character's pronoun, once the text has shown it."""
    about_character: bool = True
    """Whether the subject of the last sentence was the character."""
    previous: str = ""

    def resolve(self, sentence: str) -> str:
        """Return `sentence` with the name for its first subject pronoun, where that is safe."""
        sentence = to_third_person(sentence, self.name)
        self._learn(sentence)
        subject = _SUBJECT.match(sentence)
        pronoun = subject[2].lower() if subject else ""
        mine = pronoun in _SETS.get(self.gender, "").split() if self.gender else False
        rival = self._rival(self.gender)
        if subject and mine and not (rival and not self.about_character):
            sentence = subject[1] + self._named(pronoun, sentence[subject.end(2) :])
        elif subject:
            return sentence
        self._remember(sentence)
        return sentence

    def _learn(self, sentence: str) -> None:
        """Take the pronoun from `Mara feeds her cats` or from the sentence after such a one."""
        if self.gender is not None:
            return
        named = sentence.startswith(self.name)
        found = PRONOUN.search(sentence)
        if found is None or not (named or (self.about_character and found.start() < 20)):
            return
        for gender, words in _SETS.items():
            if found[0].lower() in words.split() and (named or not self._rival(gender)):
                self.gender = gender

    def _rival(self, gender: Gender | None) -> bool:
        """Whether the last sentence named somebody else whom the same pronoun could mean."""
        return gender is not None and _OTHERS[gender].search(self.previous) is not None

    def _named(self, pronoun: str, rest: str) -> str:
        if pronoun in ("her", "his", "their"):
            return possessive(self.name) + rest
        if pronoun == "they":
            return self.name + _agree(rest)
        return self.name + rest

    def _remember(self, sentence: str) -> None:
        self.about_character = bool(re.match(re.escape(self.name) + r"(?!['’]s)\b", sentence))
        self.previous = sentence


def possessive(name: str) -> str:
    """Return `Mara's`."""
    return f"{name}'s"


def to_third_person(sentence: str, name: str) -> str:
    """Turn `I bake` and `You are Mara, a baker` into sentences about `name`.

    Sentences that speak in neither person come back unchanged, as do words inside quotes.

    Example:
        >>> to_third_person("I love my cats and don't bite.", "Mara")
        "Mara loves Mara's cats and doesn't bite."
    """
    order = _ORDER.match(sentence)
    negated = order is not None and order[1].startswith("Do")
    if order and (negated or is_base(order[2])):
        verb = f"does not {order[2]}" if negated else f"{order[1].lower()} {third_person(order[2])}"
        sentence = f"{name} {verb}{sentence[order.end() :]}"
    parts = re.split(r"(\"[^\"]*\"|“[^”]*”)", sentence)
    parts[::2] = [_unquoted_to_third_person(part, name) for part in parts[::2]]
    return "".join(parts)


def _unquoted_to_third_person(text: str, name: str) -> str:
    if not _FIRST_OR_SECOND.search(text):
        return text
    text = _CONTRACTED.sub(lambda m: f"{m[1]} {_LONG_FORMS[m[2].lower()]}", text)
    text = re.sub(rf"\b(You are|I am) {re.escape(name)}(?:, (?=an? )| and )", r"\1 ", text)
    text = _SUBJECT_VERB.sub(lambda m: f"{name} {m[2] or ''}{third_person(m[3])}", text)
    text = _SECOND_VERB.sub(lambda m: m[1] + _conjugated(m[2], m[3]), text)
    return _OBJECTS.sub(lambda m: _named_object(m[0], name), text)


def _conjugated(verb: str, follower: str) -> str:
    """Conjugate what follows `and`, unless it may be a noun: `and work` against `and work as`."""
    known = is_base(verb) or verb in ("am", "are", "have", "do", "don't")
    certain = not is_noun_too(third_person(verb)) or follower.lower() in _AFTER_VERB
    return third_person(verb) if known and certain else verb


def _named_object(word: str, name: str) -> str:
    return possessive(name) if word.lower() in ("my", "mine", "your", "yours") else name


def _agree(rest: str) -> str:
    """Conjugate the verb that followed `they`."""
    match = re.match(rf"(\s+(?:{_ADVERB} )*)([\w'’]+)", rest)
    if match is None or (is_finite(match[2]) and match[2] not in ("were",)):
        return rest
    return match[1] + third_person(match[2]) + rest[match.end() :]


_ADVERB = "(?:also|always|never|often|sometimes|usually|rarely|still|really|secretly|only|just)"
_SUBJECT = re.compile(
    r"((?:In|At|After|Before|On|As|Despite|Besides)?[^,.;]{0,60}, |)"
    r"(She|He|They|Her|His|Their|she|he|they|her|his|their)\b(?!['’])"
)
_FIRST_OR_SECOND = re.compile(r"\b(?:I|me|my|My|mine|myself|You|you|your|Your|yours|yourself)\b")
_CONTRACTED = re.compile(r"\b(I|You|you)['’](m|re|ve|ll|d)\b", re.IGNORECASE)
_LONG_FORMS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_SUBJECT_VERB = re.compile(rf"\b(I|You|you) ((?:{_ADVERB} )*)([a-z][\w'’]*)")
_SECOND_VERB = re.compile(
    rf"((?:,| and| but|, and|, but) (?:{_ADVERB} )?)([a-z]+(?:['’]t)?)(?= ?([\w']*))"
)
_AFTER_VERB = frozenset("a an the my your at in on as for to with from every all no".split())
_OBJECTS = re.compile(r"\b(?:I|me|myself|my|My|mine|You|you|yourself|your|Your|yours)\b(?!['’])")
_ORDER = re.compile(r"(Never|Always|Do not|Don't|Don’t) ([a-z]+)\b")
_FEMALE = "mother sister daughter wife aunt grandmother girlfriend niece woman girl queen widow"
_MALE = "father brother son husband uncle grandfather boyfriend nephew man boy king widower"
_PLURAL = re.compile(r"\b(?:\w+[^s\W]s|people|children|men|women|parents)\b")
_OTHERS: dict[Gender, re.Pattern[str]] = {
    "she": re.compile(rf"\b(?:{_FEMALE.replace(' ', '|')})\b"),
    "he": re.compile(rf"\b(?:{_MALE.replace(' ', '|')})\b"),
    "they": _PLURAL,
}
