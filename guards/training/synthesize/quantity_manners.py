"""Manners of answering: each draws an exchange about a family's fact that gives a label.

A manner that does not fit the family gives `None`.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from guards.training.synthesize.facts import Character
from guards.training.synthesize.material import Split, near, phrases
from guards.training.synthesize.phrasing import led, lowered
from guards.training.synthesize.quantity_families import Family, families, surroundings
from guards.training.synthesize.quantity_values import Values, fill, slots_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the core of a reply; `kind` overrides the family's."""

    query: str
    reply: str
    kind: str = ""
    led: bool = False
    """The reply answers yes or no: nothing may stand in front."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a manner has to work with."""

    rng: random.Random
    split: Split
    family: Family
    values: Values
    who: Character

    def around(self, name: str) -> str:
        """Draw from the lists that stand around facts."""
        return self.rng.choice(surroundings(self.split)[name])

    def said(self, *names: str, values: Values | None = None) -> str | None:
        """Fill a template of the lists `names`; `None` where none fits the values."""
        values = self.values if values is None else values
        fit = [
            template
            for name in names
            for template in self.family.lists.get(name, ())
            if slots_of(template) <= values.keys()
        ]
        return fill(self.rng, self.rng.choice(fit), values) if fit else None

    def about(self, x: int | str) -> Values:
        """Return the values with `x` as the number asked for or answered."""
        return {**self.values, "x": x}

    @property
    def wrong(self) -> Values:
        """The values with the wrong number in the place of the right one."""
        return {**self.values, "v": self.values["w"]}


def bearing(draw: Draw, label: str) -> str | None:
    """Return a sentence that bears on the fact as `label` says."""
    if label == "e":
        return draw.said("state", "say") if draw.rng.random() < 0.5 else draw.said("e")
    if label == "c" and "w" in draw.values and draw.rng.random() < 0.4:
        return draw.said("state", "say", values=draw.wrong)
    return draw.said(label)


def _tells(draw: Draw, label: str) -> Asked | None:
    core = bearing(draw, label)
    query = draw.said("ask")
    if query is None or draw.rng.random() < 0.15:
        query = draw.rng.choice(phrases(draw.split)["generic_q"])
    return Asked(query, core) if core else None


def _answers_barely(draw: Draw, label: str) -> Asked | None:
    """A few words in answer to a wh-question."""
    query = draw.said("ask")
    if label == "n":
        core = draw.said("vague")
    elif label == "e":
        core = draw.said("short", values=draw.about(draw.values.get("v", "")))
    elif "w" in draw.values and draw.rng.random() < 0.6:
        core = draw.said("short", values=draw.about(draw.values["w"]))
    else:
        core = draw.said("wrong")
    return Asked(query, core) if query and core else None


def _answers_number(draw: Draw, label: str) -> Asked | None:
    """A yes/no question that names the right number or a wrong one."""
    if "w" not in draw.values:
        return None
    rng, right = draw.rng, draw.rng.random() < 0.5
    named, other = ("v", "w") if right else ("w", "v")
    query = draw.said("yn", values=draw.about(draw.values[named]))
    if query is None:
        return None
    if label == "nc":
        return None if right else Asked(query, draw.around("no_words"), led=True)
    if (label == "e") == right:
        return Asked(query, _affirmed(draw, named), led=True)
    bare = draw.said("short", values=draw.about(draw.values[other]))
    if label == "c" and rng.random() < 0.4:
        return Asked(query, draw.around("no_words"), led=True)
    core = bare if bare and rng.random() < 0.6 else bearing(draw, label)
    lead = draw.around("no_lead")
    if core == bare and rng.random() < 0.3:
        return Asked(query, core or "", led=True)
    return Asked(query, led(lead, core), led=True) if core else None


def _affirmed(draw: Draw, named: str) -> str:
    """Return a yes, perhaps with the number that was named."""
    values = draw.values if named == "v" else draw.wrong
    again = draw.said("state", "say", values=values)
    if again is None or draw.rng.random() < 0.6:
        return draw.around("yes_words")
    return led(draw.around("yes_lead"), again)


def _answers_polar(draw: Draw, label: str) -> Asked | None:
    """A yes/no question about the fact itself or about what rules it out."""
    asking = [name for name in ("yes", "no", "off") if name in draw.family.lists]
    truth = draw.rng.choice(asking or ("yes",))
    query = draw.said(truth)
    agrees = {"e": True, "c": False, "nc": True}[label]
    if query is None or (label == "nc") != (truth == "off" and agrees):
        return None
    yes = agrees == (truth == "yes")
    if truth == "off" or draw.rng.random() < 0.6:
        return Asked(query, draw.around("yes_words" if yes else "no_words"), led=True)
    core = bearing(draw, label)
    lead = draw.around("yes_lead" if yes else "no_lead")
    return Asked(query, led(lead, core), led=True) if core else None


def _hedges(draw: Draw, label: str) -> Asked | None:
    wrong = label == "c"
    if wrong and "w" not in draw.values:
        return None
    fact = draw.said("state", values=draw.wrong if wrong else draw.values)
    query = draw.said("ask") or draw.rng.choice(phrases(draw.split)["generic_q"])
    if fact is None:
        return None
    frame = draw.around("open" if label == "nc" else "firm")
    text = frame.replace("{s}", lowered(fact.rstrip(".")))
    return Asked(query, text[:1].upper() + text[1:], "hedged")


def _dodges(draw: Draw, _: str) -> Asked | None:
    query = draw.said("ask", "yes", "no")
    return Asked(query, draw.around("dodges")) if query else None


def _knows_the_world(draw: Draw, _: str) -> Asked:
    """An answer with a number, often the very number of the statement."""
    rng, v = draw.rng, draw.values.get("v")
    number = v if isinstance(v, int) and v > 1 else rng.randint(2, 99)
    p, q = rng.randint(2, 12), rng.randint(2, 12)
    if rng.random() < 0.35:
        values: Values = {"p": p, "q": q, "t": p * q}
        text = fill(rng, draw.around("sums"), values)
    else:
        p = rng.randint(1, number - 1)
        text = fill(rng, draw.around("world"), {"v": number, "p": p, "q": number - p})
    query, reply = text.split("|")
    return Asked(query, reply[:1].upper() + reply[1:], "numeric", led=True)


def _invents(draw: Draw, _: str) -> Asked:
    query, reply = draw.around("invented").split("|")
    return Asked(query, reply, "fabricated", led=True)


def _answers_about_another(draw: Draw, _: str) -> Asked | None:
    """An answer to a question about an unrelated fact."""
    rng = draw.rng
    other = rng.choice(families(draw.split))
    avoided = frozenset().union(*(near(topic) for topic in draw.family.topics))
    if other.topics & avoided or other.name == draw.family.name:
        return None
    theirs = Draw(rng, draw.split, other, other.draw(rng), draw.who)
    label = rng.choice("ec")
    manner = rng.choice((_tells, _answers_barely, _answers_number, _answers_polar))
    asked = manner(theirs, label)
    return Asked(asked.query, asked.reply, "fabricated", asked.led) if asked else None


def _user_says_it(draw: Draw, _: str) -> Asked | None:
    """The user tells it of themselves; the reply takes no side."""
    fact = draw.said("state", "say")
    if fact is None:
        return None
    query = draw.around("users").replace("{s}", fact)
    reply = draw.around("dodges" if query.endswith("?") else "reactions")
    return Asked(query, reply)


Manner = Callable[[Draw, str], Asked | None]

_TAKING_SIDES = (
    (_tells, _answers_barely, _answers_number, _answers_polar, _hedges),
    (10, 4, 5, 4, 2),
)
MANNERS: Mapping[str, tuple[Sequence[Manner], Sequence[int]]] = {
    "e": _TAKING_SIDES,
    "c": _TAKING_SIDES,
    "n": (
        (
            _tells,
            _answers_barely,
            _dodges,
            _knows_the_world,
            _invents,
            _answers_about_another,
            _user_says_it,
        ),
        (8, 4, 1, 4, 2, 5, 2),
    ),
    "nc": ((_tells, _answers_number, _answers_polar, _hedges), (10, 4, 2, 3)),
}
"""Which manners give a label, and how often each is tried."""
