"""Turns a prose profile into atomic statements that name the character."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator

from persona_sdk.personas.clauses import split_facts
from persona_sdk.personas.referents import PRONOUN, Referents, possessive
from persona_sdk.personas.rewriting import rewrite_passage
from persona_sdk.personas.verbs import is_finite, is_past
from persona_sdk.protocols import ChatModel
from persona_sdk.sentences import split_segments

_log = logging.getLogger(__name__)


def split_profile(
    text: str,
    name: str,
    *,
    model: ChatModel | None = None,
    tell: Callable[[str], None] = _log.warning,
) -> list[str]:
    """Return one statement for each fact of a profile, in order, without repeats.

    Rules do the work by default. With a chat model, each passage is rewritten by it first
    (arXiv 2405.07726, appendix: atomic statements without coreference, temperature 0); a passage
    whose rewriting cannot be used falls back to the rules.

    Args:
        text: Prose in the third, first or second person, lists and `Key: value` lines.
        name: The character's name, as the statements should use it.
        model: Rewrites the passages.
        tell: Hears which passages fell back to the rules, and why.

    Raises:
        ValueError: `name` is empty.
        ModelError: The model failed.

    Example:
        >>> split_profile("Mara is a baker. She lives in Lyon with her two cats.", "Mara")
        ['Mara is a baker.', 'Mara lives in Lyon.', 'Mara lives with her two cats.']
    """
    name = name.strip()
    if not name:
        raise ValueError("a profile needs the name of its character, was: ''")
    referents = Referents(name)
    statements: list[str] = []
    for number, passage in enumerate(_passages(text), start=1):
        by_rules = _by_rules(passage, name, referents)
        if model is not None:
            rewritten = rewrite_passage(passage, name, model)
            # Small models copy a sentence whole more often than they cut it.
            facts = [split_facts(s, _subject(s, name)) for s in rewritten.statements]
            statements += [fact for some in facts for fact in some] or by_rules
            if not rewritten.statements:
                tell(f"passage {number}: split by rules, as the model's answer {rewritten.fault}")
        else:
            statements += by_rules
    return list({s.casefold(): s for s in reversed(statements)}.values())[::-1]


def _passages(text: str) -> list[str]:
    return [p.strip() for p in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if p.strip()]


def _by_rules(passage: str, name: str, referents: Referents) -> list[str]:
    facts: list[str] = []
    for sentence in _sentences(passage, name):
        resolved = referents.resolve(sentence)
        if _says_nothing(resolved, name):
            continue
        if facts and _dangles(resolved, name):
            # A pronoun for somebody else keeps the sentence that says who.
            facts[-1] = f"{facts[-1]} {resolved}"
        else:
            facts += split_facts(resolved, _subject(resolved, name))
    return facts


def _sentences(passage: str, name: str) -> Iterator[str]:
    """Yield the sentences of prose, list items and `Key: value` lines."""
    lines = passage.split("\n")
    fields = sum(_FIELD.match(line) is not None for line in lines)
    prose: list[str] = []
    for line in lines:
        bullet, field = _BULLET.match(line), _FIELD.match(line)
        if bullet or (field and fields > 1):
            yield from _cut(" ".join(prose))
            prose = []
            yield from (_field(field, name) if field else _cut(_completed(bullet, name)))
        else:
            prose.append(line.strip())
    yield from _cut(" ".join(prose))


def _cut(text: str) -> Iterator[str]:
    # Brackets in a profile are asides, not the actions that they are in a reply.
    for segment in split_segments(text.translate(_HIDE)):
        sentence = segment.text.translate(_SHOW)
        yield sentence if sentence[-1] in _CLOSING else sentence + "."


def _field(match: re.Match[str], name: str) -> Iterator[str]:
    """Yield the sentences of a line such as `Age: 26`."""
    key, value = match[1].strip(), match[2].strip()
    first, *others = _cut(value)
    word = first.split()[0]
    if key.lower() == "name":
        first = f"{possessive(name)} full name is {first}"
    elif is_finite(word):
        first = f"{name} {word.lower()}{first[len(word) :]}"
    elif not _has_subject(first, name):
        verb = "are" if key.endswith("s") and not key.endswith("ss") else "is"
        first = f"{possessive(name)} {key.lower()} {verb} {_lowered(first)}"
    yield first
    yield from others


def _completed(bullet: re.Match[str] | None, name: str) -> str:
    """Return a list item as a sentence: `a baker` becomes `Mara is a baker`."""
    text = bullet[1].strip() if bullet else ""
    word = text.split()[0] if text else ""
    if is_finite(word):
        return f"{name} {word.lower()}{text[len(word) :]}"
    if re.match(r"(?:an? |\d+ years old)", text, re.IGNORECASE):
        return f"{name} is {_lowered(text)}"
    return text


def _has_subject(sentence: str, name: str) -> bool:
    words = sentence.split()
    return name in sentence or any(
        is_finite(w) and not is_past(w) and not w.endswith("s,") for w in words[1:8]
    )


def _lowered(text: str) -> str:
    word = text.split()[0]
    return word[0].lower() + text[1:] if word.lower() in ("a", "an", "the") else text


def _says_nothing(sentence: str, name: str) -> bool:
    said = sentence.strip(" .!").casefold()
    empty = (f"{name} is {name}", f"{possessive(name)} name is {name}", name)
    return said in {e.casefold() for e in (*empty, f"{possessive(name)} full name is {name}")}


def _dangles(sentence: str, name: str) -> bool:
    pronoun = PRONOUN.match(sentence)
    return pronoun is not None and name not in sentence


def _subject(sentence: str, name: str) -> str:
    """Return the name in the length that the sentence uses it: `Alice` or `Alice Carter`."""
    match = re.match(re.escape(name.split()[0]) + r"(?: [A-Z][\w-]+)*", sentence)
    return match[0] if match else name


_CLOSING = ".!?…。！？”\"'"
_BULLET = re.compile(r"\s*(?:[-*•–]|\d+[.)])\s+(\S.*)$")
_FIELD = re.compile(r"\s*(?:[-*•]\s+)?\**([A-Z][\w /'’-]{1,40})\**:\**\s+(\S.*)$")
_HIDE = str.maketrans("()[]*", "\ue000\ue001\ue002\ue003\ue004")
_SHOW = str.maketrans("\ue000\ue001\ue002\ue003\ue004", "()[]*")
