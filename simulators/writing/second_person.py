"""Turns statements about a character into what one says to her face: `you grew up by the sea`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from persona_sdk.personas.clauses import split_facts
from persona_sdk.personas.verbs import is_base, is_finite, is_noun_too, is_past
from simulators.gym.known_answers.verbforms import past_base

_ADVERBS = frozenset(
    "never always often sometimes still also once now seldom rarely usually currently typically "
    "really deeply secretly occasionally frequently mostly only greatly".split()
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact about the character, ready to be asked: `you` + `verb` + `rest`."""

    adverb: str
    """Stands before the verb, e.g. `often`; empty for none."""
    verb: str
    """As it goes with `you`: `are`, `keep`, `grew`."""
    rest: str
    """What follows the verb, without a full stop."""
    third: str
    """The verb as the statement has it: `is`, `keeps`, `grew`."""

    @property
    def predicate(self) -> str:
        """What follows `you`: `often keep bees`."""
        first = (self.verb, self.adverb) if self.opens else (self.adverb, self.verb)
        return " ".join(part for part in (*first, self.rest) if part)

    @property
    def opens(self) -> bool:
        """Whether the verb itself opens a question: `are`, `can`, `have` before a participle."""
        if self.verb in ("have", "had"):
            return _PERFECT.match(self.rest) is not None
        return self.verb in _AUXILIARIES or self.verb in _NEGATED

    @property
    def auxiliary(self) -> str:
        """The word that opens a question: `are`, `do`, `did`, `can`."""
        if self.opens:
            return _NEGATED.get(self.verb, self.verb)
        return "did" if _is_past(self.third) else "do"

    @property
    def negative(self) -> bool:
        """Whether the fact denies something: `never eat fish`, `have no car`."""
        return _DENIES.match(self.predicate) is not None

    @property
    def positive(self) -> str | None:
        """The predicate without its denial and in its base form: `eat fish`, `have a car`.

        After `are`, `can` or `have been` the words behind them. None where no rule forms it.
        """
        adverb = "" if self.adverb == "never" else self.adverb
        rest = re.sub(r"\A(?:not|never) ", "", self.rest)
        rest = re.sub(r"\Ano (?!longer|more)", "any ", rest)
        rest = re.sub(r"\Anothing\b", "anything", rest)
        if self.opens:
            return " ".join(w for w in (adverb, rest) if w)
        if self.verb == "do" and self.rest.startswith("not "):
            return rest
        base = self.verb if self.auxiliary == "do" else past_base(self.third)
        return " ".join(w for w in (adverb, base, rest) if w) if base else None

    @property
    def asked(self) -> str | None:
        """The yes/no question without a mark; None where no rule forms it.

        Denied facts are asked for what they deny: `do you eat fish`.
        """
        if self.positive is None:
            return None
        ever = "ever " if "never" in (self.adverb, self.rest.split(" ")[0]) else ""
        return f"{self.auxiliary} you {ever}{self.positive}"


def claims(statement: str, name: str) -> list[Claim]:
    """Return the facts of `statement` that have the character as their subject.

    Example:
        >>> claims("Tess keeps bees and lives in Lyon.", "Tess")[1].predicate
        'live in Lyon'
    """
    subject = _subject(statement, name)
    if not subject:
        return []
    found = (_claim(fact, subject) for fact in split_facts(statement, subject))
    return [claim for claim in found if claim is not None]


def addressed(text: str, name: str) -> str:
    """Return `text` with `you` for the character, wherever she stands in it.

    Example:
        >>> addressed("Tess's music is slow and Tess plays it for her cats.", "Tess")
        'Your music is slow and you play it for your cats.'
    """
    forms = "|".join(re.escape(form) for form in _forms(name))
    text = re.sub(rf"\b(?:{forms})[’']s?(?!\w)", "your", text)
    text = re.sub(
        rf"\b(?:{forms}|she|he)\s+((?:\w+ly|{'|'.join(_ADVERBS)})\s+)?([\w']+)",
        lambda m: f"you {m[1] or ''}{second_person_verb(m[2])}",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(rf"\b(?:{forms})\b", "you", text)
    return _upper(_your(text))


def second_person_verb(verb: str) -> str:
    """Return the form of a third-person verb that goes with `you`.

    Example:
        >>> [second_person_verb(v) for v in ("is", "has", "carries", "teaches", "grew")]
        ['are', 'have', 'carry', 'teach', 'grew']
    """
    low = verb.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if not is_finite(low) or is_past(low) or not low.endswith("s"):
        return verb
    candidates = (low[:-1], low[:-2], low[:-3] + "y")
    known = [c for c in candidates if is_base(c)]
    if known:
        return known[0]
    return low[:-3] + "y" if low.endswith("ies") else low[:-1]


def _claim(fact: str, subject: str) -> Claim | None:
    body = _TRAILING.sub("", fact.strip().rstrip(".!"))
    if not body.startswith(f"{subject} "):
        return None
    words = body[len(subject) :].split()
    adverbs = []
    while words and (words[0].lower() in _ADVERBS or words[0].endswith("ly")):
        adverbs.append(words.pop(0).lower())
    if not words or not (is_finite(words[0]) or words[0].endswith("s") or words[0].endswith("ed")):
        return None
    verb, rest = words[0], _SECOND_VERB.sub(_joined_verb, " ".join(words[1:]))
    return Claim(" ".join(adverbs), _with_you(verb.lower()), _your(rest), verb.lower())


def _joined_verb(match: re.Match[str]) -> str:
    """Conjugate a second verb of the same subject: `and often reads novels`."""
    sure = is_finite(match[2]) and not is_noun_too(match[2])
    return f"{match[1]}{second_person_verb(match[2])}" if sure else match[0]


def _with_you(verb: str) -> str:
    """Conjugate what stands where a verb must stand, known or not."""
    known = second_person_verb(verb)
    unknown = known == verb and verb.endswith("s") and not verb.endswith("ss")
    if not unknown or verb in _IRREGULAR.values():
        return known
    return verb[:-2] if verb.endswith(("shes", "ches", "sses", "xes")) else verb[:-1]


def _is_past(verb: str) -> bool:
    return is_past(verb) or bool(past_base(verb)) or verb.endswith("ed")


def _subject(statement: str, name: str) -> str:
    """Return the form of the name that the statement begins with, surname included."""
    for form in _forms(name):
        if re.match(rf"{re.escape(form)}\b(?!['’])", statement):
            more = re.match(rf"{re.escape(form)}((?: [A-Z][\w-]+)*)", statement)
            return form + (more[1] if more else "")
    return ""


def _forms(name: str) -> list[str]:
    """Return the whole name, then its parts that can stand for it."""
    parts = [p for p in name.split() if len(p) > 2 and p[:1].isupper()]
    return sorted({name, *parts}, key=len, reverse=True)


def _your(text: str) -> str:
    text = re.sub(
        r"\b(?:she|he) ([\w']+)", lambda m: f"you {second_person_verb(m[1])}", text, flags=re.I
    )
    text = re.sub(
        r"(\w+ing|led|left|made|gave|tells?|helps?|keeps?) (?:her|him) "
        r"(?=to |an? |with |in |awake|busy|company|going|safe|warm)",
        r"\1 you ",
        text,
    )
    text = re.sub(r"\b(?:her|him|them)self\b|\bthemselves\b", "yourself", text)
    text = re.sub(
        r"\b(with|for|to|from|of|about|at|by|like) (?:her|him)(?=[.,;!?]|\Z)", r"\1 you", text
    )
    return re.sub(r"\b(?:her|his|their)\b", "your", text)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


_IRREGULAR = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "goes": "go",
    "isn't": "aren't",
    "wasn't": "weren't",
    "hasn't": "haven't",
    "doesn't": "don't",
}
_AUXILIARIES = frozenset("are were can could will would should must might may".split())
_NEGATED = {"cannot": "can", "can't": "can", "won't": "will", "aren't": "are", "don't": "do"}
_PERFECT = re.compile(
    r"(?:(?:never|always|often|also|not|once|already|long) )*(?:been|seen|heard|kept|sworn|known|"
    r"had|lived|gone|done|made|met|read|written|taught|lost|won|left|spent|studied|travelled|set|"
    r"put|cut|run|come|become|given|taken|eaten|drunk|driven|flown|forgotten|found|felt|fought|held|"
    r"told|said|sold|sung|slept|spoken|thrown|ridden|risen|\w+ed)"
    r"\b(?! (?:hair|eyes|scales|skin))"
)
_DENIES = re.compile(
    r"(?:\w+ly )?(?:never|(?:do|are|were|have|had|will|would|can|could) (?:not|never)|cannot|"
    r"\w+n't|(?:have|know|own|see|want|need|teach|eat|drink) (?:no|nothing|nobody))\b"
)
_SECOND_VERB = re.compile(
    rf"(\band (?:(?:\w+ly|{'|'.join(sorted(_ADVERBS))}) )?)([a-z]+s)\b(?= \w)"
)
_TRAILING = re.compile(
    r"(?<!those)(?<!people)(?<!anyone)(?<!everyone),? (?:which|where|who|whose)\b.*|"
    r", (?:(?:often|always|sometimes|and|but|though|despite|with|an?|the) "
    r"[^,]*\b(?:\w+ing|she|he|event|persona|that)\b.*|(?:\w+ly )?\w+ing\b.*)|"
    r",? and despite\b.*",
)
