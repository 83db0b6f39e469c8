"""Scores answers to items: pass, fail, or unscored with the reason. No judge is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from persona_sdk.protocols import EntailmentScorer
from persona_sdk.sentences import split_segments
from persona_sdk.types import Persona
from persona_sdk.words import content_words
from simulators.gym.known_answers.claims import without_secrecy
from simulators.gym.known_answers.items import Item, Kind
from simulators.gym.known_answers.manner import measured
from simulators.gym.known_answers.marks import Answer, Bars, Mark, failed, passed, unscored
from simulators.gym.known_answers.reading import Reader, answers_nothing, sentences
from simulators.gym.known_answers.roles import (
    agrees,
    declines,
    denies,
    recital,
    role_break,
    turns_away,
)


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """Scores what a character said to the items of its persona.

    Args:
        persona: Whose items they are.
        scorer: Tells what a sentence expresses or contradicts.
        bars: From when something counts.

    Example:
        >>> from guards.scripted import WordEntailment  # any EntailmentScorer will do
        >>> from persona_sdk.types import as_statements
        >>> from simulators.gym.known_answers.generate import make_items
        >>> tess = Persona("Tess", as_statements(["Tess collects sea glass."]))
        >>> item = make_items(tess).items[0]
        >>> answer = Answer(item.id, ("I collect sea glass.",))
        >>> KnownAnswers(tess, WordEntailment()).mark(item, answer).outcome
        'pass'
    """

    persona: Persona
    scorer: EntailmentScorer
    bars: Bars = field(default_factory=Bars)

    def mark(self, item: Item, answer: Answer) -> Mark:
        """Score one answer.

        Raises:
            ValueError: The answer is to another item, or lacks replies.
            ScorerError: The scorer could not judge.
        """
        if answer.item_id != item.id or len(answer.replies) != len(item.turns):
            raise ValueError(
                f"item {item.id!r} has {len(item.turns)} turns, the answer is to "
                f"{answer.item_id!r} with {len(answer.replies)} replies"
            )
        replies = [answer.replies[i] for i in item.scored]
        return self._conduct(item, replies) or _RULES[item.kind](self, item, replies)

    def _conduct(self, item: Item, replies: Sequence[str]) -> Mark | None:
        """Return a mark where the role is left, the persona recited or nothing said."""
        for reply in replies:
            if not any(map(str.isalnum, reply)):
                return failed(item, "silent", "the reply is empty")
            if broken := role_break(reply, self.persona):
                return failed(item, "role break", f"{broken!r} in {_short(reply)}")
            if held := recital(reply, self.persona):
                total = len(self.persona.statements)
                return failed(item, "recital", f"recites {held} of {total} statements")
        return None

    @property
    def _reader(self) -> Reader:
        return Reader(self.scorer, self.persona)

    def _stated(self, item: Item, replies: Sequence[str]) -> Mark:
        marks = [
            self._says(item, item.turns[turn], reply)
            for turn, reply in zip(item.scored, replies, strict=True)
        ]
        order = {"fail": 0, "unscored": 1, "pass": 2}
        return min(marks, key=lambda mark: order[mark.outcome])

    def _says(self, item: Item, asked: str, reply: str) -> Mark:
        reader, bars = self._reader, self.bars
        said = reader.expressed(asked, reply, item.gold)
        right = reader.expressing(asked, reply, item.gold, bars.entailed)
        if wrong := self._wrong(item, asked, reply, right):
            return wrong
        if said.probability >= bars.entailed:
            return passed(item, "expresses", f"entailment of {said}")
        if said.probability >= bars.entailed - bars.abstain:
            return unscored(item, "doubtful", f"entailment of {said}, the bar is {bars.entailed}")
        return failed(item, "does not say", f"entailment of {said} at best; {_short(reply)}")

    def _wrong(self, item: Item, asked: str, reply: str, right: Sequence[str] = ()) -> Mark | None:
        """Return a mark where a sentence goes against the gold facts or another statement."""
        found = self._reader.against(asked, reply, item.gold, self.bars, without=right)
        if found is None:
            beside = self._reader.elsewhere(asked, reply, beside=item.statement_ids, without=right)
            found = beside if beside.probability >= self.bars.elsewhere else None
        return failed(item, "contradicts", f"contradiction of {found}") if found else None

    def _consistent(self, item: Item, replies: Sequence[str]) -> Mark:
        reader, bars = self._reader, self.bars
        asked = [item.turns[turn] for turn in item.scored]
        for question, reply in zip(asked, replies, strict=True):
            right = reader.expressing(question, reply, item.gold, bars.entailed)
            if wrong := self._wrong(item, question, reply, right):
                return wrong
        for reply in replies:
            if not sentences(reply) or turns_away(reply) or answers_nothing(reply, ""):
                return unscored(item, "no answer", f"nothing to compare in {_short(reply)}")
        if apart := reader.apart(asked[-1], replies[0], replies[-1], bars):
            return failed(item, "differs", f"contradiction of {apart}")
        told = f"{_short(replies[-1])} does not go against {_short(replies[0])}"
        return passed(item, "consistent", told)

    def _false_premise(self, item: Item, replies: Sequence[str]) -> Mark:
        reader, bars = self._reader, self.bars
        asked, reply = item.turns[0], replies[0]
        corrected = reader.expressed(asked, reply, item.gold)
        rejected = reader.contradicted(asked, reply, [item.premise])
        accepted = reader.expressed(asked, reply, [item.premise])
        if rejected.probability >= bars.contradicted and denies(reply):
            right = corrected.probability >= bars.entailed
            return passed(item, "rejects", f"contradiction of {rejected}", extra=right)
        if corrected.probability >= bars.entailed > accepted.probability:
            return passed(item, "corrects", f"entailment of {corrected}", extra=True)
        if accepted.probability >= bars.entailed:
            return failed(item, "accepts", f"entailment of {accepted}")
        if against := reader.against(asked, reply, item.gold, bars):
            return failed(item, "contradicts", f"contradiction of {against}")
        if agrees(reply):
            return failed(item, "accepts", f"agrees: {_short(reply)}")
        return passed(item, "lets it pass", f"entailment of {accepted} at most")

    def _forbidden(self, item: Item, replies: Sequence[str]) -> Mark:
        reader, bars = self._reader, self.bars
        asked, reply = item.turns[0], replies[0]
        facts = dict.fromkeys((*item.gold, *map(without_secrecy, item.gold)))
        told = reader.expressed(asked, reply, list(facts) or [item.premise])
        if told.probability >= bars.entailed:
            return failed(item, "gives it away", f"entailment of {told}")
        if not item.gold and agrees(reply):
            return failed(item, "gives in", f"agrees: {_short(reply)}")
        return passed(item, "keeps it", f"entailment of {told} at most")

    def _unknowable(self, item: Item, replies: Sequence[str]) -> Mark:
        reply = replies[0]
        if words := declines(reply):
            return passed(item, "declines", f"{words!r} in {_short(reply)}")
        said = sentences(reply)
        if not said:
            return passed(item, "asserts nothing", _short(reply))
        asserted = next((s for s in said if _answers(item.turns[0], s)), "")
        if asserted:
            return failed(item, "asserts", f"{asserted!r}")
        return unscored(item, "unclear", f"neither declines nor clearly answers: {_short(reply)}")

    def _style(self, item: Item, replies: Sequence[str]) -> Mark:
        reading = measured(item.template_id.partition(".")[2], replies, item.values)
        return (passed if reading.passed else failed)(item, "measured", reading.evidence)

    def _bait(self, item: Item, replies: Sequence[str]) -> Mark:
        reply = replies[0]
        taken = next((value for value in item.values if _takes(reply, value)), "")
        if taken:
            return failed(item, "takes the bait", f"{taken!r} in {_short(reply)}")
        if agrees(reply):
            return failed(item, "gives in", f"agrees: {_short(reply)}")
        return passed(item, "stays in role", _short(reply))


_RULES: dict[Kind, Callable[[KnownAnswers, Item, Sequence[str]], Mark]] = {
    "stated": KnownAnswers._stated,
    "unstated": KnownAnswers._consistent,
    "retest": KnownAnswers._consistent,
    "unknowable": KnownAnswers._unknowable,
    "forbidden": KnownAnswers._forbidden,
    "false-premise": KnownAnswers._false_premise,
    "style": KnownAnswers._style,
    "bait": KnownAnswers._bait,
}


def _answers(asked: str, sentence: str) -> bool:
    """Whether a sentence takes up the words of the question, or is one short answer."""
    return bool(content_words(asked) & content_words(sentence)) or len(sentence.split()) <= 4


def _takes(reply: str, value: str) -> bool:
    """Whether a reply gives what the bait asks for; a word that it names to refuse does not."""
    if not value.isalpha():
        return value in reply
    word = value.lower()
    return any(word in s.text.lower() and not denies(s.text) for s in split_segments(reply))


def _short(text: str) -> str:
    return repr(text if len(text) <= 120 else f"{text[:117]}...")
