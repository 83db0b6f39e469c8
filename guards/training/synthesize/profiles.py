"""Dense statements such as "Ann is a 31-year-old chemist who grew up in Oslo", and replies to them.

A statement has two to four slots. A reply that fills most of them rightly expresses it, one that
fills none, or one of many, leaves it open, and one wrong slot contradicts it.
"""

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from guards.training.premises import premise
from guards.training.rows import Row
from guards.training.synthesize.facts import Character, Fact, a_character, a_fact
from guards.training.synthesize.material import HERE, Split, kinds, part, phrases
from guards.training.synthesize.scenes import Scene, a_reply, dressed

ADJECTIVE = ("I'm {v}.", "I am quite {v}.", "People call me {v}.", "I'd say I'm rather {v}.")
TRAIT_QUESTIONS = (
    "What kind of person are you?",
    "How would you describe your personality?",
    "What are you like?",
    "How do others see you?",
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One piece of a dense statement."""

    name: str
    words: str
    """As it stands in the statement."""
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    wh: tuple[str, ...]
    aside: tuple[str, ...]


Drawn = tuple[str, list[Slot]]


def profile_triples(seed: int, count: int, split: Split) -> Iterator[Row]:
    """Yield `count` entailment rows about dense statements, the three labels in turn."""
    rng = random.Random(f"profiles-{split}-{seed}")
    for number in range(count):
        who = a_character(rng, split)
        statement, slots = rng.choice(SHAPES)(rng, split, who)
        scene = Scene(rng, split, who, _anything(rng, split, slots), ())
        label = "enc"[number % 3]
        core = {"e": _most, "n": _little, "c": _one_wrong}[label](rng, slots)
        query = _asked(scene, slots)
        if not core:
            core = [rng.choice(phrases(split)[rng.choice(("deflections", "hedges"))])]
        said = premise(who.name, [], query, a_reply(scene, core, long=0.45))
        yield Row("nli", said, statement, label, "profile")


def _most(rng: random.Random, slots: list[Slot]) -> list[str]:
    least = (len(slots) * 3 + 4) // 5
    said = rng.sample(slots, rng.randint(least, len(slots)))
    return [rng.choice(slot.right) for slot in said]


def _one_wrong(rng: random.Random, slots: list[Slot]) -> list[str]:
    wrong = rng.choice([slot for slot in slots if slot.wrong])
    others = [slot for slot in slots if slot is not wrong and rng.random() < 0.4]
    said = [rng.choice(wrong.wrong), *(rng.choice(slot.right) for slot in others)]
    rng.shuffle(said)
    return said


def _little(rng: random.Random, slots: list[Slot]) -> list[str]:
    if len(slots) > 2 and rng.random() < 0.25:
        return [rng.choice(rng.choice(slots).right)]
    asides = [text for slot in slots for text in slot.aside]
    return rng.sample(asides, min(len(asides), rng.choice((0, 1, 2))))


def _asked(scene: Scene, slots: list[Slot]) -> str:
    questions = [question for slot in slots for question in slot.wh]
    if scene.rng.random() < 0.3 or not questions:
        return scene.word("generic_q")
    return dressed(scene, scene.rng.choice(questions))


def _anything(rng: random.Random, split: Split, slots: list[Slot]) -> Fact:
    """Draw a fact that fillers keep clear of: of a slot's kind where there is one."""
    names = [slot.name for slot in slots if slot.name != "trait"]
    return a_fact(rng, split, kind=names[0] if names else "")


def _slot(rng: random.Random, split: Split, name: str, taken: tuple[str, ...] = ()) -> Slot:
    kind = next(kind for kind in kinds(split) if kind.name == name)
    value = rng.choice([value for value in kind.values if value not in taken])
    others = [other for other in kind.values if other != value and other not in taken]
    wrong = [text.replace("{v}", value) for text in kind.deny if "{v}" in text]
    if kind.exclusive and others:
        other = rng.choice(others)
        wrong += [text.replace("{v}", other) for text in kind.affirm]
    right = tuple(_capital(text.replace("{v}", value)) for text in kind.affirm)
    return Slot(name, value, right, tuple(map(_capital, wrong)), kind.wh, kind.aside)


def _trait(rng: random.Random, split: Split, taken: list[Slot]) -> Slot:
    used = {slot.words for slot in taken}
    free = [raw for raw in _traits(split) if raw.adjective not in used | _opposites(taken)]
    drawn = rng.choice(free)
    right = (*(text.replace("{v}", drawn.adjective) for text in ADJECTIVE), *drawn.like)
    opposite = rng.choice(drawn.unlike)
    wrong = tuple(text.replace("{v}", opposite) for text in ADJECTIVE)
    return Slot("trait", drawn.adjective, right, wrong, TRAIT_QUESTIONS, ())


def _opposites(taken: list[Slot]) -> set[str]:
    return {
        word
        for raw in (*_traits("train"), *_traits("dev"))
        for word in raw.unlike
        if raw.adjective in {slot.words for slot in taken}
    }


@dataclass(frozen=True, slots=True)
class _Trait:
    adjective: str
    like: tuple[str, ...]
    unlike: tuple[str, ...]


@cache
def _traits(split: Split) -> tuple[_Trait, ...]:
    raw = tomllib.loads((HERE / "traits.toml").read_text("utf-8"))["trait"]
    made = {
        t["adjective"]: _Trait(t["adjective"], tuple(t["like"]), tuple(t["unlike"])) for t in raw
    }
    return tuple(made[adjective] for adjective in part(list(made), split, 4))


def _bare(value: str) -> str:
    """Drop the article: "a chemist" gives "chemist"."""
    return value.removeprefix("a ").removeprefix("an ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _aged_worker(rng: random.Random, split: Split, who: Character) -> Drawn:
    age, job, born = (_slot(rng, split, name) for name in ("age", "job", "birthplace"))
    shape = rng.choice(
        (
            "{n} is a {a}-year-old {j} who grew up in {b}.",
            "{n}, {a}, is a {j} from {b}.",
            "{n} is a {j} of {a} years who was born in {b}.",
        )
    )
    text = shape.format(n=who.name, a=age.words, j=_bare(job.words), b=born.words)
    return text, [age, job, born]


def _worker_at_home(rng: random.Random, split: Split, who: Character) -> Drawn:
    job, home, hobby = (_slot(rng, split, name) for name in ("job", "home", "hobby"))
    shape = rng.choice(
        (
            "{n} is a {j} who lives in {w} and enjoys {h}.",
            "{n} works as a {j}, lives in {w} and loves {h}.",
            "A {j} by trade, {n} lives in {w}, spending free hours on {h}.",
        )
    )
    text = shape.format(n=who.name, j=_bare(job.words), w=home.words, h=hobby.words)
    return text, [job, home, hobby]


def _hobbies(rng: random.Random, split: Split, who: Character) -> Drawn:
    one = _slot(rng, split, "hobby")
    two = _slot(rng, split, "hobby", (one.words,))
    job = _slot(rng, split, "job")
    shape = rng.choice(
        (
            "Besides working as {j}, {n}'s hobbies include {h} and {i}.",
            "In {p} free time, {n} enjoys {h} and {i}.",
            "{n} likes {h} as well as {i}.",
            "{n} is fond of {h}, and also of {i}.",
        )
    )
    text = shape.format(n=who.name, p=who.pronouns[2], j=job.words, h=one.words, i=two.words)
    return text, [one, two]


def _looks(rng: random.Random, split: Split, who: Character) -> Drawn:
    hair, eyes, clothes = (_slot(rng, split, name) for name in ("hair", "eyes", "clothes"))
    shape = rng.choice(
        (
            "{n} has {h} hair, {e} eyes, and usually wears {c}.",
            "{n} has {h} hair and {e} eyes and is mostly seen in {c}.",
            "With {h} hair and {e} eyes, {n} typically dresses in {c}.",
        )
    )
    text = shape.format(n=who.name, h=hair.words, e=eyes.words, c=clothes.words)
    return text, [hair, eyes, clothes]


def _character(rng: random.Random, split: Split, who: Character) -> Drawn:
    slots: list[Slot] = []
    while len(slots) < rng.choice((2, 3)):
        slots.append(_trait(rng, split, slots))
    words = [slot.words for slot in slots]
    listed = ", ".join(words[:-1]) + " and " + words[-1]
    shape = rng.choice(
        (
            "{n} is {t}.",
            "{n} is known for being {t}.",
            "{n} is {t}, as everyone knows.",
            "{n} has always been {t}.",
        )
    )
    return shape.format(n=who.name, t=listed), slots


SHAPES: tuple[Callable[[random.Random, Split, Character], Drawn], ...] = (
    _aged_worker,
    _worker_at_home,
    _hobbies,
    _looks,
    _character,
)
