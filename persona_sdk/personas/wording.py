"""Lint rules that read the words of one statement; those on grammar know English only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from persona_sdk.personas.clauses import split_facts
from persona_sdk.personas.findings import Finding
from persona_sdk.personas.referents import PRONOUN
from persona_sdk.sentences import split_segments
from persona_sdk.types import Statement

LONG = 200
"""Characters above which a statement hardly holds one fact; scorers read about 400."""

MANY_COMMAS = 3
"""A sentence with this many lists or qualifies too much for one fact."""


def wording_findings(name: str, statements: tuple[Statement, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the wording of each statement."""
    names = _name_pattern(name)
    for statement in statements:
        yield from _reference(statement, name, names)
        yield from _atomicity(statement, names)
        yield from text_findings(statement.text, f"statement {statement.id}", (statement.id,))


def text_findings(text: str, place: str, ids: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield what may mislead a reader or a chat template in any text of a persona."""
    marker = _MARKER.search(text)
    if marker:
        yield Finding(
            "role-marker",
            f"{place} holds {marker[0].strip()!r}, which reads like a prompt or an order",
            statements=ids,
            fix="it is passed on as plain text and changes no rule; reword it as a fact",
        )
    hidden = next((c for c in text if c in _HIDDEN), None)
    if hidden:
        yield Finding(
            "hidden-characters",
            f"{place} holds U+{ord(hidden):04X} ({unicodedata.name(hidden)}), which hides text",
            statements=ids,
            fix="remove it",
        )


def _reference(statement: Statement, name: str, names: re.Pattern[str]) -> Iterator[Finding]:
    text = statement.text
    named = names.search(text)
    opening = _OPENING.match(text)
    pronoun = PRONOUN.search(text)
    found = opening[1] if opening else pronoun[0] if pronoun and not named else ""
    if found:
        yield Finding(
            "pronoun",
            f"statement {statement.id}: nobody tells whom {found!r} means: {_quote(text)}",
            statements=(statement.id,),
            fix=f"write {name} instead of {found!r}",
        )
    elif not named:
        yield Finding(
            "unnamed",
            f"statement {statement.id} does not name {name}: {_quote(text)}",
            statements=(statement.id,),
            fix=f"say what the fact has to do with {name}",
        )


def _atomicity(statement: Statement, names: re.Pattern[str]) -> Iterator[Finding]:
    text, ids = statement.text, (statement.id,)
    parts = _parts(text, names)
    if len(parts) > 1:
        yield Finding(
            "not-atomic",
            f"statement {statement.id} joins {len(parts)} facts: {_quote(text)}",
            statements=ids,
            fix=" | ".join(parts),
        )
    elif _JOINED.search(text) or text.count(",") >= MANY_COMMAS:
        yield Finding(
            "not-atomic",
            f"statement {statement.id} seems to join several facts: {_quote(text)}",
            statements=ids,
            fix="write one statement for each",
        )
    if len(text) > LONG:
        yield Finding(
            "too-long",
            f"statement {statement.id} has {len(text)} characters, more than {LONG}",
            statements=ids,
            fix="keep one fact and drop the rest, or make it several statements",
        )


def _parts(text: str, names: re.Pattern[str]) -> list[str]:
    """Return the sentences, or else the facts that one sentence joins."""
    sentences = [s.text for s in split_segments(text.translate(_UNBRACKET))]
    named = names.match(text)
    if len(sentences) != 1 or named is None:
        return sentences
    more = _SURNAME.match(text, named.end())
    subject = named[0] + (more[0] if more else "")
    facts = split_facts(text, subject, lists=False)
    return facts if len(facts) > 1 else _listed(text, subject)


def _listed(text: str, subject: str) -> list[str]:
    """Return the items of a list of three or more; two belong together as often as not."""
    items = split_facts(text, subject)
    return items if len(items) > 2 else [text]


def _name_pattern(name: str) -> re.Pattern[str]:
    """Match the name or a part of it; other scripts run words together and inflect names."""
    parts = [p.strip(".,'\"") for p in name.split()]
    parts = [p for p in parts if len(p) > 1 and p.lower() not in _TITLES] or [name]
    shapes = [re.escape(name)]
    for part in parts:
        latin = part.isascii()
        stem = part if latin or len(part) <= 3 else part[:-1]
        shapes.append(rf"\b{re.escape(part)}\b" if latin else re.escape(stem))
    return re.compile("|".join(shapes), re.IGNORECASE)


def _quote(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")


_OPENING = re.compile(
    r"(He|She|They|His|Her|Their|I|You|We|My|Your|Our|It|Its|This|That|These|Those)"
    r"(?:['’](?:s|m|re|ve|ll|d))? "
    r"(?!is [A-Z]\w+ who\b)",
)
_JOINED = re.compile(r";|,? and (?:she|he|they) (?:also|\w+s)\b|,? (?:and|but) also\b", re.I)
_SURNAME = re.compile(r"(?: [A-Z][\w-]+)+")
_TITLES = frozenset(
    "the of de da van von der la le mr mrs ms dr sir lady captain professor".split()
)
_UNBRACKET = str.maketrans("()[]*", "\ue000\ue001\ue002\ue003\ue004")
_HIDDEN = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKER = re.compile(
    r"<\|[^|>]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>"
    r"|(?:^|\n|[.!?]\s|#\s*)(?:system|user|assistant|human|ai|instructions?)\s*:"
    r"|\b(?:ignore|disregard|forget|override|bypass|disable|switch off|turn off)\b[^.]{0,40}"
    r"\b(?:guard|guardrails?|instructions?|rules|prompts?|statements?|checks?)\b",
    re.IGNORECASE,
)
