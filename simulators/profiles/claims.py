"""Finds what a user turn says of the user himself, as atomic facts in the second person.

Questions, wishes, conditions, other people's words, parts in a play and remarks on the
conversation say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from persona_sdk.personas.clauses import split_facts
from persona_sdk.personas.referents import to_third_person
from persona_sdk.personas.verbs import is_base, third_person
from persona_sdk.sentences import split_segments
from simulators.profiles.material import is_play, own_words
from simulators.profiles.persons import open_contractions, to_second
from simulators.profiles.remarks import is_conditional, is_remark, is_unsure, tells

LONGEST = 300
"""Characters in a sentence; longer ones are pasted text more often than talk."""

MAX_TURN = 20_000
"""Characters of a turn that are read."""

_SELF = "Xself"
"""Stands for the user while a sentence is cut into facts."""


def claims(turn: str) -> list[str]:
    """Return the facts that a turn states about its speaker, in order.

    Example:
        >>> claims("Hi! I'm a nurse and my wife teaches. Do you like tea? I would fly if I could.")
        ['You are a nurse.', 'Your wife teaches.']
    """
    if is_play(turn):
        return []
    found: list[str] = []
    for sentence in sentences(turn):
        for clause in _clauses(sentence):
            found += _facts(clause)
    return list(dict.fromkeys(found))


def sentences(turn: str) -> list[str]:
    """Return the sentences of a turn that people say: no code, quotes or pasted text."""
    text = _CODE.sub(" ", own_words(turn[:MAX_TURN]))
    kept = (segment.text for segment in split_segments(text) if segment.kind == "speech")
    return [s for s in kept if len(s) <= LONGEST and not s.startswith((">", "|", "#"))]


def _clauses(sentence: str) -> Iterator[str]:
    """Cut a sentence where the user begins to speak of himself anew."""
    text = open_contractions(sentence.strip())
    parts = re.split(
        r",? (?:and|but|so|because|since|cause|cuz|though|plus) "
        r"(?=(?:I|we|my|our) (?!and\b)\S+ \S+)"
        r"|[,;:–—]+ (?:and |but |so )?(?=(?:I|my) \S+ \S+)|\.\.+ ?|\s[-–—]+ ",
        text,
    )
    for index, part in enumerate(parts):
        closing = sentence.rstrip()[-1:] if index == len(parts) - 1 else ""
        opening = index == 0 and len(parts) > 1 and is_conditional(part)
        if opening:  # `If I win, I buy a boat`: the condition holds for the rest as well
            return
        yield part if closing != "?" or part.endswith("?") else part + "?"


def _facts(clause: str) -> list[str]:
    text = _OPENERS.sub("", clause.strip()).strip()
    text = _LEAD.sub(r"\2", text)
    if not _SPEAKS_OF_SELF.match(text) or text.endswith("?") or is_unsure(text):
        return []
    text = _TAIL.sub("", text.rstrip(".!… ,")) + "."
    if is_remark(text):
        return []
    return [fact for fact in _cut(text) if tells(fact)]


def _cut(text: str) -> list[str]:
    """Return the facts of a first-person clause; those that cannot be cut stay one."""
    text = re.sub(r"\b[Ww]e\b", "I", re.sub(r"\b([Oo]ur)\b", "my", text))
    words = set(re.findall(r"[a-z']+", text))
    base = {third_person(w): w for w in words if third_person(w) not in words}
    named = to_third_person(text, _SELF)
    lists = _WHOLE.search(text) is None
    cut = [_back(fact, base) for fact in split_facts(named, _SELF, lists=lists)]
    return [item for fact in cut for item in _listed(fact)]


def _back(fact: str, base: dict[str, str]) -> str:
    """Turn `Xself bakes with Xself's wife` into the second person again."""
    text = re.sub(r"[a-z']+", lambda m: base.get(m[0], m[0]), fact)
    text = re.sub(rf"\b{_SELF}'s\b", "my", text)
    text = re.sub(rf"\b{_SELF} ((?:(?:\w+ly|{_ADVERB}) )*)(is|was)\b", _being, text)
    return to_second(re.sub(rf"\b{_SELF}\b", "I", text))


def _being(match: re.Match[str]) -> str:
    return f"I {match[1] or ''}{'am' if match[2] == 'is' else 'was'}"


def _listed(fact: str) -> list[str]:
    """Cut `You like to read, cook, and sing.` where each item is a verb of the same form."""
    match = _LIST.match(fact)
    if match is None:
        return [fact]
    items = [item.strip() for item in re.split(r",? (?:and|or) |, ", match[2])]
    first = [item.split()[0].removesuffix(",").lower() for item in items if item]
    verbs = (
        all(map(is_base, first))
        if match[1].endswith(" to")
        else all(word.endswith("ing") for word in first)
    )
    if len(items) < 2 or len(first) < len(items) or not verbs:
        return [fact]
    return [f"{match[1]} {item}." for item in items]


_ADVERB = "also|always|never|often|sometimes|usually|rarely|still|just|now|even|currently|recently"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|<(?![A-Z]+>)[^>\n]{1,80}>", re.DOTALL)
_OPENERS = re.compile(
    r"\A(?:(?:well|yes|yeah|yep|no|nope|nah|oh|ok|okay|hi|hello|hey|hmm+|um|uh|haha+|lol|wow|cool|"
    r"nice|great|sure|so|and|but|also|actually|honestly|basically|anyway|btw|by the way|true|right|"
    r"thanks|thank you|same|same here|me too|oh no|oh wow|awesome|too bad|sorry|unfortunately|"
    r"luckily|of course|for me|personally|fyi|ah|aww?|yea|ya|currently|right now|lately|well then|"
    r"sometimes|then|now|plus|because|since)[\s,.!:-]+)+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\A((?:in|on|at|as|for|during|after|before|when|growing|every|most|last|this|these|back|over|"
    r"since|once|besides|with|these days|nowadays|today|yesterday)\b[^,.;?!]{0,60}?),? (I\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(
    r"(?:,? (?:too|as well|though|you know|lol|haha|tho|actually|myself|by the way|btw|please|"
    r"to be honest|tbh|of course|right now|at the moment|so|and|but|or)"
    r"|,? (?:and|but) (?:I )?(?:\w+ )?(?:love|hate|enjoy|like) (?:it|them|that)\b[^,.]*)+$",
    re.IGNORECASE,
)
_SPEAKS_OF_SELF = re.compile(
    r"(?:I|we|my|our|me and my|both I|neither I)\b(?!['’]?ll\b)", re.IGNORECASE
)
_LIST = re.compile(
    r"(You (?:\w+ly |also |just )?(?:(?:like|love|prefer|enjoy|want|would like|would love) to"
    r"|enjoy|like|love)) ([^;:]+)\.$"
)
_WHOLE = re.compile(r"\b(?:into|fans? of|between|both|combination|mix)\b", re.IGNORECASE)
