"""Reads a persona's statements as claims: a subject, a predicate, and what it affirms or denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from persona_sdk.personas.clauses import split_facts
from persona_sdk.types import Persona, Statement


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact that a statement holds."""

    statement_id: str
    text: str
    """A sentence that names the character: `Tess is 52 years old.`"""
    predicate: str
    """What follows the name, without a full stop: `is 52 years old`, `'s dog is grey`."""
    hard: bool = False

    @property
    def negated(self) -> bool:
        """Whether the fact says what is not so."""
        return bool(_NEGATED.match(self.predicate))

    @property
    def secret(self) -> bool:
        """Whether the character keeps the fact to itself."""
        return bool(_SECRET.search(self.predicate))

    @property
    def core(self) -> str:
        """The text without the clause that says since when or why, which few answers hold.

        Of what is denied, or was so at a time, the clause is a part: it stays.
        """
        if self.negated or re.match(r"(?:is|was|'s)\b", self.predicate):
            return self.text
        cut = _CIRCUMSTANCE.sub(".", self.text)
        return cut if len(cut.split()) >= _LEAST_WORDS else self.text


def claims_of(persona: Persona) -> list[Claim]:
    """Return the claims of all statements that begin with the character's name, in order.

    A leading phrase (`In his free time, …`) and trailing asides (`…, which helps her`) are cut,
    and what a statement joins is split as far as rules can do so safely.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> mara = Persona("Mara", as_statements(["Mara is a baker and sings, which calms her."]))
        >>> [claim.text for claim in claims_of(mara)]
        ['Mara is a baker.', 'Mara sings.']
    """
    return [claim for statement in persona.statements for claim in _claims(statement, persona.name)]


def without_secrecy(fact: str) -> str:
    """Return what a secret is about: who tells it rarely says that it is one.

    Example:
        >>> without_secrecy("Eve has a secret hobby of painting.")
        'Eve has a hobby of painting.'
    """
    return re.sub(r"\b(?:secret|secretly) |,? in secret\b", "", fact)


def names_of(name: str) -> tuple[str, ...]:
    """Return the forms a character is called by in statements, the longest first."""
    words = [word for word in name.split() if word.lower().rstrip(".") not in _TITLES]
    return tuple(dict.fromkeys((name, *words[:1])))


def subject_pattern(name: str) -> str:
    """Return a regular expression for the character's name, a surname included."""
    forms = "|".join(re.escape(form) for form in names_of(name))
    return rf"(?:{forms})(?:(?: [A-Z][\w-]+)+(?= (?:is|was|has|had)\b))?"


def _claims(statement: Statement, name: str) -> Iterator[Claim]:
    subject = subject_pattern(name)
    text = " ".join(statement.text.split()).replace("’", "'").rstrip(".! ")
    text = re.sub(rf"^[^,]{{1,60}}, (?={subject}\b)", "", text)
    started = re.match(rf"{subject}(?=[' ])", text)
    if not started or len(text) > _LONGEST:
        return
    shortened = _TAIL.sub("", text)
    text = shortened if len(shortened.split()) >= _LEAST_WORDS else text
    for fact in split_facts(text, started[0], lists=False):
        begun = re.match(rf"(?:{re.escape(started[0])}|{subject})(?=[' ])", fact)
        if begun:
            who = begun[0]
            for predicate in _unaged(fact.rstrip(". ")[begun.end() :].lstrip()):
                if _UNFINISHED.search(predicate):
                    continue
                joint = "" if predicate.startswith("'s") else " "
                yield Claim(statement.id, f"{who}{joint}{predicate}.", predicate, statement.hard)


def _unaged(predicate: str) -> list[str]:
    """Take the age out of `is a 26-year-old guitarist`."""
    aged = re.match(r"(is|was) an? (\d+)[- ]years?[- ]old (\w.+)$", predicate)
    if not aged:
        return [predicate]
    article = "an" if aged[3][0].lower() in "aeiou" else "a"
    return [f"{aged[1]} {aged[2]} years old", f"{aged[1]} {article} {aged[3]}"]


_LONGEST = 600
_LEAST_WORDS = 4
_TITLES = frozenset("the mr mrs ms miss dr sir lady lord captain professor doctor".split())
_NEGATED = re.compile(
    r"(?:'s [\w' -]+? )?(?:(?:is|was|has|had|does|did|do|will|would|can|could|must|should)"
    r"(?: not|n't| never| no)\b|cannot\b|can't\b|won't\b|never\b|refuses\b|knows no(?:thing)?\b|"
    r"(?:owns|teaches) no\b|avoids\b)"
)
_SECRET = re.compile(r"\bsecret(?:ly)?\b|\bunaware of\b|\bconceals?\b")
_CIRCUMSTANCE = re.compile(r",? (?:since|when|while|because|as long as|so that|due to) .+$")
_UNFINISHED = re.compile(r"(?:^|\b)(?:not|no|never|is|was|the|a|an|'s)$")
_TAIL = re.compile(
    r",\s+(?:which|who|whom|whose|where|while|with|despite|and despite|even|capable|often|an? \w|"
    r"(?!including\b)\w+ing\b(?! and\b)).*$"
)
