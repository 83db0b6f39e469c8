"""What an extractor returns: a profile, and what it left out of it with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from persona_sdk.profile import Disclosure, Fact, Profile, Style
from persona_sdk.words import content_words
from simulators.profiles.attributes import SINGLE, attribute_of, kind_of
from simulators.profiles.goals import goals_of
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.traits import Norm, traits_of
from simulators.stylometry import measure_style, words_of


class Found(NamedTuple):
    """A fact as an extractor found it."""

    text: str
    """In the second person."""
    evidence: tuple[int, ...]
    """0-based numbers of the user turns it was read from."""


class Dropped(NamedTuple):
    """A fact that was found and left out."""

    text: str
    reason: str


class Extraction(NamedTuple):
    """What an extractor made of one conversation."""

    profile: Profile
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader should know, e.g. that the turns are not in English."""


class Extractor(Protocol):
    """Reads a profile from one conversation; its user turns alone count."""

    @property
    def name(self) -> str:
        """What made the profile, e.g. `rules`; kept in `Profile.source`."""

    def extract(self, conversation: LoggedConversation) -> Extraction:
        """Return the profile of the user.

        Raises:
            ModelError: The extractor's model failed.
            ScorerError: The extractor's scorer could not judge.
        """


@dataclass(frozen=True, slots=True)
class Surface:
    """Reads what needs no model: goals, style and traits.

    Args:
        misspelt: Says of a lower-case word if it is misspelt; None leaves the rate at 0.
        norms: How people use kinds of words (`simulators.profiles.traits`); None takes our own.
    """

    misspelt: Callable[[str], bool] | None = None
    norms: Mapping[str, Norm] | None = None

    def profile(
        self, conversation: LoggedConversation, facts: Sequence[Found], source: str
    ) -> Profile:
        """Return the profile that `facts` and the surface of the turns make."""
        said = conversation.said
        english = is_english(said)
        style = Style()
        if any(words_of(turn) for turn in said):
            style = measure_style(said, misspelt=self.misspelt if english else None)
        return Profile(
            id=conversation.id,
            facts=_numbered(facts),
            goals=goals_of(said) if english else (),
            style=style,
            big_five=traits_of(said if english else (), self.norms),
            language="en" if english else "und",
            source=f"{Path(conversation.place).name} ({source})",
        )


def is_english(said: Sequence[str]) -> bool:
    """Whether the turns look English: rules and word lists know no other language.

    Example:
        >>> is_english(["What is this?"]), is_english(["Привет, как дела?"])
        (True, False)
    """
    spoken = [word.lower() for turn in said for word in re.findall(r"[^\W\d_]+", turn)]
    if not spoken:
        return True
    latin = sum(word.isascii() for word in spoken) / len(spoken)
    known = sum(word in _COMMON for word in spoken) / len(spoken)
    return latin > 0.8 and (known >= 0.08 or len(spoken) < 12)


def merged(facts: Sequence[Found]) -> tuple[list[Found], list[Dropped]]:
    """Join facts that say the same; of age, name and gender the last one holds."""
    kept: dict[str, Found] = {}
    dropped: list[Dropped] = []
    for fact in facts:
        key = _key(fact.text)
        if key in kept:
            turns = tuple(sorted({*kept[key].evidence, *fact.evidence}))
            kept[key] = kept[key]._replace(evidence=turns)
        else:
            kept[key] = fact
    latest: dict[str, str] = {}
    for key, fact in kept.items():
        attribute = attribute_of(fact.text)
        if attribute in SINGLE:
            if attribute in latest:
                dropped.append(Dropped(kept[latest[attribute]].text, f"another {attribute} later"))
            latest[attribute] = key
    gone = {fact.text for fact in dropped}
    return [fact for fact in kept.values() if fact.text not in gone], dropped


def _key(text: str) -> str:
    """Return what two wordings of one fact share."""
    stems = sorted(content_words(text))
    return " ".join(stems) + (" not" if re.search(r"n't\b|\bnot\b|\bnever\b", text) else "")


def _numbered(facts: Sequence[Found]) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            id=f"f{number}",
            text=fact.text,
            kind=kind_of(attribute_of(fact.text)),
            attribute=attribute_of(fact.text),
            disclosure=_disclosure(fact),
            evidence=fact.evidence,
        )
        for number, fact in enumerate(facts, start=1)
    )


def _disclosure(fact: Found) -> Disclosure:
    """What was said in the first turn is told unasked."""
    return "opening" if fact.evidence and fact.evidence[0] == 0 else "on-request"


_COMMON = frozenset(
    "the a an i you is are was to of in and it that this for on my me do does can how what where "
    "who why when would with not be have has like about your we they so but or if at from".split()
)
