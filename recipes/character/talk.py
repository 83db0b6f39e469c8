"""Conversations with made-up characters: what is asked, and what a faithful character says."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from guards.training.synthesize.voice import to_second
from persona_sdk.prompts import with_hint
from persona_sdk.protocols import RelevanceScorer
from persona_sdk.types import Query, Statement, Turn, Violation
from recipes.character.people import Person, words
from recipes.character.points import Point, apart

Exchange = tuple[str, str]
"""What the user says and what the character answers."""

COLOURED = 0.04
"""Share of facts that are told in a livelier way, which adds a little to them."""

AS_WRITTEN = 0.8
"""Share of the other facts that are told in the words of the persona: paraphrases of a small
model stray from the facts."""


SHARES: Mapping[str, float] = {
    "asked": 24.0,
    "known": 20.0,
    "yes-no": 8.0,
    "denied": 12.0,
    "assumed": 5.0,
    "broad": 5.0,
    "about": 11.0,
    "two": 4.0,
    "unsaid": 4.0,
    "remark": 2.0,
    "thanks": 1.0,
    "returned": 3.0,
    "bait": 4.0,
    "unknowable": 2.0,
    "old-world": 2.0,
    "hinted": 3.0,
}
"""How often each kind of exchange is drawn."""

HARD: Mapping[str, float] = {
    "about": 6.0,
    "denied": 5.0,
    "assumed": 4.0,
    "asked": 3.0,
    "broad": 3.0,
    "known": 3.0,
    "unsaid": 2.0,
    "bait": 2.0,
    "two": 1.0,
    "unknowable": 1.0,
}
"""The same where drafts are wanted that differ in faithfulness."""


class Talker:
    """Writes the exchanges of one conversation.

    Args:
        rng: Decides.
        person: Who is talked to.
        absent: Points that are not the character's: asked about them, it has nothing to say.
        relevance: Tells which facts answer a question about its life.
        shares: Kinds of exchange with their weights.
    """

    def __init__(
        self,
        rng: random.Random,
        person: Person,
        absent: Sequence[Point],
        relevance: RelevanceScorer,
        shares: Mapping[str, float] = SHARES,
    ) -> None:
        self.rng = rng
        self.person = person
        self.absent = absent
        self._relevance = relevance
        self._shares = shares
        self._left: list[int] = []

    def conversation(self, turns: int) -> list[Turn]:
        """Return the turns of a conversation with that many replies."""
        said: list[Turn] = []
        for number in range(turns):
            if not number and self.rng.random() < 0.15:
                user, reply = self._hello()
            else:
                kinds, weights = zip(*self._shares.items(), strict=True)
                user, reply = _KINDS[self.rng.choices(kinds, weights)[0]](self)
            said += [Turn("user", user), Turn("assistant", reply)]
        return said

    def _asked(self) -> Exchange:
        point = self._next()
        if point.asks:
            return self._address(self.rng.choice(point.asks)), self._told([point])
        return self._known() if self.person.known else self._yes_no_of(point)

    def _yes_no(self) -> Exchange:
        return self._yes_no_of(self._next())

    def _yes_no_of(self, point: Point) -> Exchange:
        if point.true and self.rng.random() < 0.5:
            question = self._address(self.rng.choice(point.true))
        else:
            question = self._supposed(self.rng.choice(point.said))
        return question, self._led("yes", self._say(point))

    def _denied(self) -> Exchange:
        point = self._next()
        if point.false and self.rng.random() < 0.5:
            question = self._address(self.rng.choice(point.false))
        elif point.denial:
            question = self._supposed(self.rng.choice(point.denial))
        else:
            return self._asked()
        return question, self._led("no", self._plain(point))

    def _broad(self) -> Exchange:
        """Who are you? Main facts tell, any others where there are too few."""
        points = list(self.person.points)
        self.rng.shuffle(points)
        points.sort(key=lambda point: not point.core)
        told = points[: self.rng.choice((2, 2, 3))]
        intro = [self._word("introduce")] if self.rng.random() < 0.4 else []
        return self._word("broad"), " ".join([*intro, *map(self._plain, told)])

    def _about(self) -> Exchange:
        """What is your life like? The nearest facts tell, and nothing where none is near."""
        asked = self._word("about")
        scores = self._relevances(asked)
        if max(scores) < ACTIVE:
            return self._address(asked), self._word("unsaid")
        ranked = sorted(
            range(len(scores)), key=lambda i: scores[i] + NOISE * self.rng.random(), reverse=True
        )
        told = [self.person.points[i] for i in ranked[: self.rng.choice((1, 2, 2, 3))]]
        return self._address(asked), " ".join(map(self._plain, told))

    def _two(self) -> Exchange:
        one, two = self._next(), self._next()
        if one is two or not (one.asks and two.asks):
            return self._asked()
        asked = f"{self.rng.choice(one.asks)} {self.rng.choice(two.asks)}"
        return asked, f"{self._say(one)} {self._say(two)}"

    def _unsaid(self) -> Exchange:
        for _ in range(_TRIES):
            point = self._stranger()
            asked = self.rng.choice(point.asks or point.true or point.said)
            if max(self._relevances(asked)) < ACTIVE:
                break
        return self._address(asked), self._word("unsaid")

    def _assumed(self) -> Exchange:
        """The user takes for granted what the persona does not say; it is not confirmed."""
        point = self._stranger()
        return self._supposed(self.rng.choice(point.said)), self._word("assumed_back")

    def _hello(self) -> Exchange:
        answer = self._word("hello_back")
        if self.rng.random() < 0.6:
            answer = f"{answer} {self._word('introduce')}"
        return self._word("hello"), self._back(answer)

    def _remark(self) -> Exchange:
        return self._word("remarks"), self._word("remarks_back")

    def _thanks(self) -> Exchange:
        return self._word("thanks"), self._word("thanks_back")

    def _returned(self) -> Exchange:
        """The user says the same kind of thing of themselves and asks back."""
        point = self._next()
        if not point.asks:
            return self._yes_no_of(point)
        return f"{self._word('remarks')} {self.rng.choice(point.asks)}", self._told([point])

    def _known(self) -> Exchange:
        """A question with a known answer, which one or several statements give."""
        if not self.person.known:
            return self._yes_no()
        asked, answers = self.rng.choice(self.person.known)
        told = self.rng.sample(answers, min(len(answers), self.rng.choice((1, 1, 2))))
        return self._address(asked), self._told(told)

    def _old_world(self) -> Exchange:
        """Something that the character's world does not hold."""
        if not self.person.old:
            return self._unknowable()
        thing = self._word("modern")
        asked = self._word("modern_ask").replace("{thing}", thing)
        told = self._word("modern_back").replace("{thing}", thing)
        return asked, told[:1].upper() + told[1:]

    def _bait(self) -> Exchange:
        if self.person.program:
            main = [point for point in self.person.points if point.core] or self.person.points
            return self._word("bait"), self._plain(self.rng.choice(main))
        answer = self._word("bait_back")
        if self.rng.random() < 0.4:
            answer = f"{answer} {self._plain(self._next())}"
        return self._word("bait"), answer

    def _unknowable(self) -> Exchange:
        return self._address(self._word("unknowable")), self._word("unknowable_back")

    def _hinted(self) -> Exchange:
        """The question comes with the reminder that the repair adds."""
        point = self._next()
        asked, told = (
            (self._address(self.rng.choice(point.asks)), self._told([point]))
            if point.asks
            else self._yes_no_of(point)
        )
        statement = self.person.statements[self.person.points.index(point)]
        (hinted,) = with_hint([Turn("user", asked)], [_reminder(statement)])
        return hinted.content, told

    def _told(self, points: Sequence[Point]) -> str:
        text = " ".join(self._say(point) for point in points)
        if self.rng.random() < 0.25:
            text = self._after(self._word("lead"), text)
        related = self._related(points)
        if related and self.rng.random() < 0.4:
            text = f"{text} {self._plain(self.rng.choice(related))}"
        return self._back(text) if self.rng.random() < 0.3 else text

    def _related(self, points: Sequence[Point]) -> list[Point]:
        topics = frozenset().union(*(point.topics for point in points)) & NARROW
        return [p for p in self.person.points if p not in points and p.topics & topics]

    def _say(self, point: Point) -> str:
        if point.coloured and self.rng.random() < COLOURED:
            coloured = self.rng.choice(point.coloured)
            return f"{self._plain(point)} {coloured}" if self.rng.random() < 0.5 else coloured
        return self._plain(point)

    def _plain(self, point: Point) -> str:
        return point.said[0] if self.rng.random() < AS_WRITTEN else self.rng.choice(point.said)

    def _next(self) -> Point:
        """Go through the points in a random order, so that none is asked twice too soon."""
        if not self._left:
            self._left = list(range(len(self.person.points)))
            self.rng.shuffle(self._left)
        return self.person.points[self._left.pop()]

    def _stranger(self) -> Point:
        """Return a fact that has nothing to do with the character's, as far as draws find one."""
        drawn = [self.rng.choice(self.absent) for _ in range(8)]
        return next((p for p in drawn if apart(p, self.person.points)), drawn[-1])

    def _relevances(self, asked: str) -> list[float]:
        query = Query(self.person.persona.name, asked)
        return self._relevance.relevance(query, self.person.statements)

    def _led(self, key: str, text: str) -> str:
        return self._after(self._word(key), text)

    def _after(self, lead: str, text: str) -> str:
        if not lead.endswith((",", ":")) or text.startswith(("I ", "I'")):
            return f"{lead} {text}"
        return f"{lead} {text[:1].lower()}{text[1:]}"

    def _back(self, text: str) -> str:
        return f"{text} {self._word('back')}"

    def _address(self, question: str) -> str:
        lowered = question if question.startswith(("I ", "I'")) else _lowered(question)
        shape = self.rng.choice(words("address"))
        return shape.format(q=question, l=lowered, name=self.person.first)

    def _supposed(self, sentence: str) -> str:
        spoken = to_second(sentence).rstrip(".!")
        text = self._word("supposing").replace("{s}", spoken)
        return text[:1].upper() + text[1:]

    def _word(self, key: str) -> str:
        return self.rng.choice(words(key)).replace("{name}", self.person.first)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _reminder(statement: Statement) -> Violation:
    return Violation(statement, statement.text, 0, 0, "speech", 1.0, 0.5, 1.0)


NARROW = frozenset("kin food home job beasts money looks body".split())
"""Topics whose facts belong together in one answer."""

ACTIVE = 0.5
"""Relevance in [0, 1] from which a fact may answer a question: then there is something to say."""

_TRIES = 6  # questions that are drawn for one that no fact answers

NOISE = 0.15
"""Most that chance adds to a relevance in [0, 1]: near facts of a question take turns."""

_KINDS: dict[str, Callable[[Talker], Exchange]] = {
    "asked": Talker._asked,
    "known": Talker._known,
    "yes-no": Talker._yes_no,
    "denied": Talker._denied,
    "assumed": Talker._assumed,
    "broad": Talker._broad,
    "about": Talker._about,
    "two": Talker._two,
    "unsaid": Talker._unsaid,
    "remark": Talker._remark,
    "thanks": Talker._thanks,
    "returned": Talker._returned,
    "bait": Talker._bait,
    "unknowable": Talker._unknowable,
    "old-world": Talker._old_world,
    "hinted": Talker._hinted,
}
