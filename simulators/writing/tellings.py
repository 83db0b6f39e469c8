"""How people tell a fact about themselves: in passing and in other words, seldom as it stands."""

from __future__ import annotations

import random
import re
from functools import lru_cache

from persona_sdk.personas.verbs import is_base, is_past
from persona_sdk.profile import Fact
from persona_sdk.words import words
from simulators.profiles.render import as_reply

PLAIN = 0.04
"""Share of tellings that say a fact as it stands, where it could be said in other words. With
those that no rule rewords, about a sixth of the bundled facts is said so; the people of ConvAI2
said 85 of the 432 facts that they mentioned word for word."""


def telling(fact: Fact, *, seed: int) -> str:
    """Return a sentence, or what passes for one in a chat, in which the user tells `fact`.

    Example:
        >>> telling(Fact("f1", "You live in Leeds."), seed=2)
        "I'm in Leeds."
    """
    generator = random.Random(seed)
    plain = as_reply(fact).rstrip(".") + "."
    others = reworded(fact)
    return plain if not others or generator.random() < PLAIN else generator.choice(others)


@lru_cache(maxsize=4096)
def reworded(fact: Fact) -> tuple[str, ...]:
    """Return other ways to tell a fact; none where no rule knows one, as in other languages.

    Example:
        >>> reworded(Fact("f1", "You play chess in a club."))[0]
        'Playing chess in a club is part of my days.'
    """
    plain = as_reply(fact).rstrip(".!")
    found = next((m for p in _WAYS if (m := re.fullmatch(p, plain))), None)
    said = _filled(found) if found else _of_verb(plain)
    return tuple(one for one in said if not _copies(one, plain))


def _filled(match: re.Match[str]) -> list[str]:
    parts = match.groupdict()
    if "verb" in parts:
        parts["verb"] = gerund(parts["verb"])
    lines = (way.format(**parts) for way in _WAYS[match.re.pattern])
    return [line[:1].upper() + line[1:] for line in lines]


def _of_verb(plain: str) -> list[str]:
    """Reword what somebody does: `I sing in a choir` as `I'm used to singing in a choir`."""
    subject, _, rest = plain.partition(" ")
    verb, _, more = rest.partition(" ")
    if subject != "I" or not more or not _is_deed(verb) or _ONCE.search(more):
        return []
    doing = f"{gerund(verb)} {more}"
    return [f"{doing[:1].upper()}{doing[1:]} is part of my days.", f"I'm used to {doing}."]


def _is_deed(verb: str) -> bool:
    """Whether what stands behind `I` is a base form, known or not, that names a habit."""
    if verb in _STATES:
        return False
    return is_base(verb) or not (is_past(verb) or re.search(r"(?:ed|ly|n't)\Z", verb))


def gerund(verb: str) -> str:
    """Return the `-ing` form of a base form.

    Example:
        >>> [gerund(v) for v in ("bake", "run", "tie", "see", "play")]
        ['baking', 'running', 'tying', 'seeing', 'playing']
    """
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if re.search(r"[^eoy]e\Z", verb) and verb != "be":
        return verb[:-1] + "ing"
    doubles = (
        re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]|.*(?:begin|forget|mit|fer)", verb) is not None
    )
    return verb + verb[-1] * doubles + "ing"


def _copies(line: str, plain: str) -> bool:
    """Whether a line still says the fact word for word, contractions opened."""
    opened = re.sub(r"\bi'm\b", "i am", line.lower())
    return f" {' '.join(words(plain))} " in f" {' '.join(words(opened))} "


_PLACE = r"(?P<place>(?!.*\b(?:when|with|while|but|and)\b)[^,]+)"
_RELATIVE = (
    r"(?:[\w-]+ )*(?:son|daughter|wife|husband|sister|brother|dog|cat|mother|father|children|kids|"
    r"daughters|sons|sisters|brothers|dogs|cats|grandson|granddaughter|grandchildren|girlfriend|"
    r"boyfriend|partner|twins)"
)
_WAYS: dict[str, tuple[str, ...]] = {
    r"I am (?P<age>\d+)(?: years old)?": (
        "I'm {age} now.",
        "I turned {age} this year.",
        "At {age} you wonder about such things.",
    ),
    rf"I live in {_PLACE}": ("I'm in {place}.", "{place} is home for me.", "Writing from {place}."),
    rf"I live (?P<where>near|by|at|outside) {_PLACE}": ("My place is {where} {place}.",),
    rf"I come from {_PLACE}": ("I'm from {place} originally.", "My family is from {place}."),
    rf"I have (?:an? )?(?P<who>{_RELATIVE})": (
        "I should tell my {who} about this.",
        "My {who} would like you.",
    ),
    r"I (?:have|own) (?P<thing>(?!been|not|never|always|had|seen|\w+ed\b).+)": (
        "I've got {thing}.",
    ),
    r"I am (?P<who>an? (?P<kind>.+))": ("{kind} here.", "Being {who}, I wonder about such things."),
    r"I am (?P<doing>(?!willing|interesting|boring)\w+ing .+)": (
        "I've been {doing} for a while.",
        "{doing} at the moment.",
    ),
    r"I am (?P<state>.+)": (
        "Being {state}, I wonder about such things.",
        "{state}, that's me.",
    ),
    r"I (?:like|love|enjoy|adore) (?P<thing>(?!to\b).+)": (
        "I can't get enough of {thing}.",
        "{thing}, that's my thing.",
    ),
    r"I (?:hate|dislike|do not like|don't like) (?P<thing>(?!to\b).+)": ("I can't stand {thing}.",),
    r"I (?:want|hope|plan) to (?P<plan>.+)": ("I'd like to {plan}.",),
    r"I think that (?P<view>.+)": ("If you ask me, {view}.", "{view}, as far as I can tell."),
    r"I (?:never|do not|don't) (?P<verb>(?!know|want|have|like)[a-z]+)(?P<rest> .+)": (
        "I'm not one for {verb}{rest}.",
    ),
}
"""Ways to reword a fact by how it is worded; the first that fits decides."""

_STATES = frozenset(
    "know think believe need feel fear prefer understand remember mean seem belong owe weigh want "
    "hope wish doubt see hear look sound have own do go can must tend used trust distrust miss"
    " lose get put am was were had cannot could may might will would should never always often also"
    " still only just once rarely sometimes hardly".split()
)
"""What nobody puts so (`I'm used to needing sleep`), and adverbs."""
_ONCE = re.compile(r"\b(?:today|tonight|tomorrow|(?:on|next|last) \w+day|next|first|only)\b")
"""What happens once is no habit."""
