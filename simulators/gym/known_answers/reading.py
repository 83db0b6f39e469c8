"""Reads replies with an entailment scorer: what they express, and what they go against."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.personas.referents import to_third_person
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.sentences import split_segments
from persona_sdk.types import Entailment, Persona, Query, Statement
from persona_sdk.words import content_words, is_negated
from simulators.gym.known_answers.exact import clash, names_in, numbers_in
from simulators.gym.known_answers.marks import Bars
from simulators.gym.known_answers.roles import denies

MOST_SENTENCES = 12
"""Sentences of a reply that are read; of a longer one the first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The strongest evidence of its kind."""

    probability: float = 0.0
    sentence: str = ""
    fact: str = ""
    note: str = ""
    """Why a likelier sentence did not count."""

    def __str__(self) -> str:
        told = f"{self.sentence!r} against {self.fact!r}: {self.probability:.2f}"
        return f"{told} ({self.note})" if self.note else told


@dataclass(frozen=True, slots=True)
class Reader:
    """Judges replies of one persona.

    Args:
        scorer: Tells what a sentence expresses or contradicts.
        persona: Who replies.
    """

    scorer: EntailmentScorer
    persona: Persona

    def expressed(self, asked: str, reply: str, facts: Sequence[str]) -> Found:
        """Return the best evidence that `reply` expresses one of `facts`.

        Numbers and names are compared as well: a sentence that names others does not count, and
        neither does one that only agrees.
        """
        texts = list(dict.fromkeys([reply, *sentences(reply)]))
        pairs = [(text, fact) for fact in facts for text in texts]
        best = Found()
        for (text, fact), judged in zip(pairs, self._judged(asked, pairs), strict=True):
            wrong = clash(fact, text, self.persona.name) or _empty(text, asked, fact)
            found = Found(0.0 if wrong else judged.entailment, text, fact, wrong)
            if found.probability > best.probability or (wrong and not best.sentence):
                best = found
        return best

    def contradicted(self, asked: str, reply: str, facts: Sequence[str]) -> Found:
        """Return the best evidence that a sentence of `reply` goes against one of `facts`."""
        texts = sentences(reply)
        pairs = [(text, fact) for fact in facts for text in texts]
        judged = self._judged(asked, pairs)
        found = (
            Found(e.contradiction, text, fact)
            for (text, fact), e in zip(pairs, judged, strict=True)
        )
        return max(found, key=lambda f: f.probability, default=Found())

    def against(
        self,
        asked: str,
        reply: str,
        facts: Sequence[str],
        bars: Bars,
        *,
        without: Sequence[str] = (),
    ) -> Found | None:
        """Return the best evidence that reaches its bar; None if there is none.

        A sentence that shares no content word with the fact, denies nothing, and names or counts
        nothing that the fact does, has to reach the higher bar: openings such as `Oh, that is
        easy` are noise.
        """
        best: Found | None = None
        for fact in facts:
            for text in sentences(reply):
                if text in without:
                    continue
                found = self.contradicted(asked, text, [fact])
                near = _touches(text, fact, self.persona.name)
                bar = bars.contradicted if near else bars.elsewhere
                if found.probability >= bar and (
                    best is None or found.probability > best.probability
                ):
                    best = found
        return best

    def elsewhere(
        self, asked: str, reply: str, *, beside: Sequence[str], without: Sequence[str] = ()
    ) -> Found:
        """Return the best evidence against the statements that a sentence touches by a word.

        Args:
            asked: What the user said.
            reply: The reply.
            beside: Ids of statements that are judged apart.
            without: Sentences that are known to be right.
        """
        best = Found()
        for text in sentences(reply):
            if text in without:
                continue
            facts = [s.text for s in self._touched(text) if s.id not in beside]
            found = self.contradicted(asked, text, facts)
            best = max(best, found, key=lambda f: f.probability)
        return best

    def apart(self, asked: str, earlier: str, later: str, bars: Bars) -> Found | None:
        """Return the best evidence that two replies contradict each other; None if there is none.

        Each sentence of one is read as a fact beside each of the other, both ways; the mean of
        the two directions counts. As in `against`, sentences that have nothing to do with each
        other have to reach the higher bar.
        """
        name = self.persona.name
        firsts, seconds = sentences(earlier), sentences(later)
        pairs = [(a, b) for a in firsts for b in seconds]
        forth = self._judged(asked, [(b, to_third_person(a, name)) for a, b in pairs])
        back = self._judged(asked, [(a, to_third_person(b, name)) for a, b in pairs])
        best: Found | None = None
        for (a, b), f, g in zip(pairs, forth, back, strict=True):
            near = _touches(a, b, name) and _touches(b, a, name)
            bar = bars.contradicted if near else bars.elsewhere
            found = Found((f.contradiction + g.contradiction) / 2, b, a)
            if found.probability >= bar and (best is None or found.probability > best.probability):
                best = found
        return best

    def expressing(self, asked: str, reply: str, facts: Sequence[str], bar: float) -> list[str]:
        """Return the sentences of `reply` that express one of `facts` at least this surely."""
        return [s for s in sentences(reply) if self.expressed(asked, s, facts).probability >= bar]

    def _touched(self, text: str) -> list[Statement]:
        said = content_words(text) - content_words(self.persona.name)
        return [s for s in self.persona.statements if said & content_words(s.text)]

    def _judged(self, asked: str, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        if not pairs:
            return []
        facts = [Statement(f"f{i}", fact) for i, (_, fact) in enumerate(pairs)]
        query = Query(self.persona.name, asked)
        return self.scorer.entailment(query, [text for text, _ in pairs], facts)


def answers_nothing(reply: str, asked: str) -> bool:
    """Whether `reply` adds no word of its own to `asked`: it only agrees or repeats."""
    said = content_words(reply) - content_words(asked) - _AGREEING
    return not said and not denies(reply) and not numbers_in(reply)


def _empty(text: str, asked: str, fact: str) -> str:
    if not answers_nothing(text, asked) or content_words(text) & content_words(fact):
        return ""
    return "adds nothing to the question"


def _touches(text: str, fact: str, name: str) -> bool:
    """Whether a sentence may go against a fact: it shares a word, denies, names or counts.

    It names or counts beside a fact that does so as well.
    """
    shared = content_words(text) & (content_words(fact) - content_words(name))
    counted = numbers_in(text) and numbers_in(fact)
    named = names_in(text, name) and names_in(fact, name)
    return bool(shared or is_negated(text) or counted or named)


def sentences(reply: str) -> list[str]:
    """Return the sentences of `reply` that say something, at most `MOST_SENTENCES`.

    Stage directions of a word or two, such as `(laughs)`, say nothing.
    """
    said = [
        s.text
        for s in split_segments(reply)
        if s.makes_claim and any(map(str.isalnum, s.text)) and not _STAGE.fullmatch(s.text.strip())
    ]
    return said[:MOST_SENTENCES]


_STAGE = re.compile(r"[(*\[]+\W*\w+(?: \w+)?\W*[)*\]]+[.!]?")
_AGREEING = content_words(
    "exactly right course absolutely sure true indeed certainly correct definitely agree agreed oh "
    "well okay ok good great know thing thing something anything really"
)
