"""Rows from the facts of one person: what is told, denied, corrected, or left open by it all."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.training.premises import premise
from guards.training.rows import Row
from guards.training.synthesize.facts import Character, a_character, in_third, statable
from guards.training.synthesize.lives import Life, Told, lives
from guards.training.synthesize.material import Split, phrases
from guards.training.synthesize.phrasing import addressed, led, supposed
from persona_sdk.words import content_words, is_negated

JOINED = 0.2
"""Share of the rows that tell or deny, or tell another fact, whose statement has two facts."""

EARLIER = 0.2
"""Share of the rows with an exchange before."""


def life_triples(seed: int, count: int, split: Split) -> Iterator[Row]:
    """Yield `count` entailment rows: about half of them neither tell nor deny their statement.

    Args:
        seed: The same seed gives the same rows.
        count: Number of rows.
        split: Whose lives to use.
    """
    rng = random.Random(f"lives-{split}-{seed}")
    for number in range(count):
        scene = _Scene(rng, split, a_character(rng, split), rng.choice(lives(split)))
        yield _KINDS[number % len(_KINDS)](scene)


@dataclass(frozen=True, slots=True)
class _Scene:
    rng: random.Random
    split: Split
    who: Character
    life: Life

    def word(self, name: str) -> str:
        return self.rng.choice(phrases(self.split)[name])

    def beside(self, facts: list[Told], most: int) -> list[Told]:
        """Draw up to `most` other facts of the life."""
        others = [told for told in self.life if told not in facts]
        return self.rng.sample(others, self.rng.randint(0, most))

    def near(self, told: Told) -> Told:
        """Draw another fact, rather one that shares words with `told`."""
        others = [other for other in self.life if other is not told]
        mine = _words(told)
        weights = [1 + 2 * len(mine & _words(other)) for other in others]
        return self.rng.choices(others, weights)[0]

    def statement(self, facts: list[Told]) -> str:
        short = self.rng.random() < 0.5
        first, *more = [in_third(told.say, self.who, short=short) for told in facts]
        for other in more:
            link = self.rng.choice((", and ", " and ", "; "))
            first = f"{first.rstrip('.!')}{link}{other}"
        return first


def _tells(scene: _Scene) -> Row:
    rng = scene.rng
    facts = _some(scene)
    said = [rng.choice(told.ways) for told in (*facts, *scene.beside(facts, 1))]
    return _row(scene, facts, said, rng.choice(facts).ask, "e", "life: told")


def _denies(scene: _Scene) -> Row:
    rng = scene.rng
    facts = _some(scene)
    wrong = rng.choice(facts)
    said = [rng.choice(wrong.against)]
    said += [rng.choice(told.ways) for told in scene.beside(facts, 1)]
    return _row(scene, facts, said, wrong.ask, "c", "life: denied")


def _tells_another(scene: _Scene) -> Row:
    """Other facts of the same life, and of two that a statement joins at most one."""
    rng = scene.rng
    facts = _some(scene)
    others = [scene.near(facts[0])]
    others += [told for told in scene.beside([*facts, *others], 2) if rng.random() < 0.5]
    asked = facts[0] if rng.random() < 0.3 else others[0]
    said = [rng.choice(told.ways) for told in others]
    return _row(scene, facts, said, asked.ask, "nc", "life: another fact")


def _corrects(scene: _Scene) -> Row:
    """A false supposition is put right; the statement is the fact, or one near it."""
    rng = scene.rng
    told = rng.choice(scene.life)
    other = rng.random() < 0.5
    query = supposed(rng, scene.split, rng.choice(statable(told.against)))
    reply = led(scene.word("no_lead"), rng.choice(told.ways))
    return _plain_row(
        scene, scene.near(told) if other else told, query, reply, "nc" if other else "e"
    )


def _answers(scene: _Scene) -> Row:
    """A bare yes or no to what is supposed of the statement's fact, or of one near it."""
    rng, yes = scene.rng, scene.rng.random() < 0.5
    told = rng.choice(scene.life)
    # "No." to "You never swim, right?" may mean either.
    said = ([told.say], statable(told.against))
    true, false = ([text for text in some if not is_negated(text)] for some in said)
    if not (true and false):
        return _tells_another(scene)
    right = rng.random() < 0.5
    query = supposed(rng, scene.split, rng.choice(true if right else false))
    reply = scene.word(rng.choice(("yes_words", "confirms") if yes else ("no_words", "disowns")))
    if right == yes and rng.random() < 0.4:
        return _plain_row(scene, scene.near(told), query, reply, "nc")
    label = "c" if right != yes else ("e" if right else "nc")
    return _plain_row(scene, told, query, reply, label)


def _says_nothing(scene: _Scene) -> Row:
    """An answer that keeps clear of the question, or tells no more than the name."""
    rng = scene.rng
    ask = rng.choice(scene.life).ask
    remark = "elaborations" if _WH.match(ask) else "deflections"
    reply = scene.word(rng.choice(("deflections", "introductions", remark)))
    return _plain_row(scene, rng.choice(scene.life), ask, reply.format(scene.who.name), "nc")


_WH = re.compile(r"(?:what|where|when|why|how|who|whom|whose|which)\b", re.IGNORECASE)
"""A question that a remark such as "Not that I mind." does not answer."""

_KINDS = (
    _tells,
    _tells_another,
    _denies,
    _tells_another,
    _corrects,
    _tells_another,
    _denies,
    _answers,
    _tells,
    _says_nothing,
)


def _plain_row(scene: _Scene, told: Told, query: str, reply: str, label: str) -> Row:
    said = premise(scene.who.name, _before(scene, [told]), query, reply)
    return Row("nli", said, scene.statement([told]), label, f"life: {_NAMES[label]} an answer")


_NAMES = {"e": "told by", "c": "denied by", "nc": "left open by"}


def _some(scene: _Scene) -> list[Told]:
    return scene.rng.sample(scene.life, 2 if scene.rng.random() < JOINED else 1)


def _row(scene: _Scene, facts: list[Told], said: list[str], ask: str, label: str, kind: str) -> Row:
    rng = scene.rng
    rng.shuffle(said)
    query = scene.word("generic_q") if rng.random() < 0.15 else ask
    if rng.random() < 0.3:
        query = addressed(rng, scene.split, scene.who.name, query)
    reply = _spoken(scene, said)
    first = premise(scene.who.name, _before(scene, facts), query, reply)
    return Row("nli", first, scene.statement(facts), label, kind)


def _before(scene: _Scene, facts: list[Told]) -> list[tuple[str, str]]:
    if scene.rng.random() > EARLIER:
        return []
    told = scene.rng.choice([told for told in scene.life if told not in facts])
    return [("user", told.ask), ("assistant", scene.rng.choice(told.ways))]


def _spoken(scene: _Scene, said: list[str]) -> str:
    """Return the sentences with what may stand around them without claiming anything."""
    rng = scene.rng
    sentences = list(said)
    if rng.random() < 0.3:
        sentences[0] = led(scene.word("openers"), sentences[0])
    if rng.random() < 0.25:
        sentences.append(scene.word("elaborations"))
    if rng.random() < 0.08:
        sentences.insert(rng.choice((0, len(sentences))), scene.word("actions"))
    return " ".join(sentences)


def _words(told: Told) -> frozenset[str]:
    return frozenset(content_words(told.say))
