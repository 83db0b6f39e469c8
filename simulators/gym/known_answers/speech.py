"""Turns third-person predicates into what is said to somebody and by somebody."""

from __future__ import annotations

import re

from persona_sdk.personas.verbs import is_base, third_person
from simulators.gym.known_answers.catalog import ADVERBS
from simulators.gym.known_answers.grammar import owned_parts
from simulators.gym.known_answers.verbforms import is_participle, past_base, present_base


def second_person(predicate: str) -> str:
    """Return the clause with `you`: `climbs her tower` becomes `you climb your tower`.

    Example:
        >>> second_person("'s dog is called Biscuit"), second_person("was a cook")
        ('your dog is called Biscuit', 'you were a cook')
    """
    return _said(predicate, "you", "your", "are", "were")


def first_person(predicate: str) -> str:
    """Return the clause with `I`.

    Example:
        >>> first_person("climbs her tower"), first_person("has never been married")
        ('I climb my tower', 'I have never been married')
    """
    return _said(predicate, "I", "my", "am", "was")


def affirmed(predicate: str) -> str:
    """Return what a negated predicate denies; empty where rules cannot tell.

    Example:
        >>> affirmed("does not drink coffee"), affirmed("has never been married")
        ('drinks coffee', 'has been married')
    """
    plain = re.sub(r" because .*$", "", predicate)
    for pattern, change in _AFFIRMING:
        if match := re.match(pattern, plain):
            return re.sub(r"\bany(?=one\b|body\b|thing\b|\b)", "some", change(match))
    return ""


def denied(predicate: str) -> str:
    """Return the predicate negated; empty where rules cannot tell.

    Example:
        >>> denied("drinks tea"), denied("is a nurse"), denied("rowed out")
        ('does not drink tea', 'is not a nurse', 'never rowed out')
    """
    if found := affirmed(predicate):
        return found
    if parts := owned_parts(predicate):
        return _denied_of(*parts)
    if match := re.match(r"has (\w+)(.*)$", predicate):
        if is_participle(match[1]):
            return f"has never {match[1]}{match[2]}"
        return f"does not have {match[1]}{match[2]}"
    if match := re.match(r"(is|was|had|can|will|must|would)\b (.+)$", predicate):
        return f"{match[1]} not {match[2]}"
    match = re.match(rf"((?:{ADVERBS} )*)([a-z]+)( .+)?$", predicate)
    if not match:
        return ""
    if past_base(match[2]):
        return f"never {match[2]}{match[3] or ''}"
    return f"does not {present_base(match[2])}{match[3] or ''}"


def _denied_of(noun: str, verb: str, rest: str) -> str:
    if verb in ("is", "was", "are", "were", "can", "had"):
        return f"'s {noun} {verb} not {rest}"
    if past_base(verb):
        return f"'s {noun} never {verb} {rest}"
    does = "do" if is_base(verb) else "does"
    base = verb if is_base(verb) else present_base(verb)
    return f"'s {noun} {does} not {base} {rest}"


def _said(predicate: str, pronoun: str, own: str, be: str, were: str) -> str:
    owned = re.match(r"'s (.+)$", predicate)
    if owned:
        return f"{own} {_possessives(owned[1], own)}"
    match = re.match(rf"((?:(?:{ADVERBS}|never|only) )*)([\w']+)(.*)$", predicate, re.DOTALL)
    if not match:
        return f"{pronoun} {predicate}"
    verb = _verb(match[2], be, were)
    rest = _possessives(match[3], own)
    rest = re.sub(
        r"\b(?:she|he)( (?:has|is|was|\w+s))\b", lambda m: pronoun + _agreed(m[1], be), rest
    )
    rest = re.sub(r"\b(?:she|he)\b", pronoun, rest)
    rest = re.sub(r"\b(?:herself|himself)\b", "myself" if pronoun == "I" else "yourself", rest)
    return f"{pronoun} {match[1]}{verb}{rest}"


def _verb(word: str, be: str, were: str) -> str:
    if word == "is":
        return be
    if word == "was":
        return were
    if word in _MODALS or past_base(word):
        return {"has": "have", "does": "do"}.get(word, word)
    return present_base(word)


def _agreed(verb: str, be: str) -> str:
    word = verb.strip()
    return f" {be if word == 'is' else word if word == 'was' else present_base(word)}"


def _possessives(text: str, own: str) -> str:
    text = re.sub(r"\bkeeps her awake\b", f"keeps {'me' if own == 'my' else 'you'} awake", text)
    objects = "me" if own == "my" else "you"
    text = re.sub(r"\b(?:her|him)(?= (?:to|in|at|from|with|by|and|for)\b|[,.]|$)", objects, text)
    return re.sub(r"\b(?:her|his|hers)\b", own, text)


_MODALS = frozenset(
    "has does can cannot will would must should could may might had did won't can't".split()
)
_AFFIRMING = (
    (r"(?:does not|doesn't|do not) (\w+)(.*)$", lambda m: third_person(m[1]) + m[2]),
    (r"(?:cannot|can not|can't|is unable to) (.+)$", lambda m: f"can {m[1]}"),
    (r"(?:will not|won't|refuses to) (.+)$", lambda m: f"will {m[1]}"),
    (r"has never (.+)$", lambda m: f"has {m[1]}"),
    (r"(is|was) not (.+)$", lambda m: f"{m[1]} {m[2]}"),
    (r"never (\w+)(.*)$", lambda m: f"{m[1]}{m[2]}"),
    (r"has no (\w.*)$", lambda m: f"has some {m[1]}"),
)
