"""Groups a persona's claims by the question that asks for them, so that every question is fair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulators.gym.known_answers.catalog import Attribute, attribute_of
from simulators.gym.known_answers.claims import Claim
from simulators.gym.known_answers.grammar import Wording, wording_of
from simulators.gym.known_answers.leaks import leaked
from simulators.gym.known_answers.verbforms import past_base


class Aimed(NamedTuple):
    """A claim with the part of it that no question may name."""

    claim: Claim
    value: str


@dataclass(slots=True)
class Topic:
    """What one set of questions asks for: any of its claims is a right answer."""

    name: str
    """Name of the attribute, or of the sentence pattern with its question."""
    straight: tuple[str, ...]
    indirect: tuple[str, ...]
    again: tuple[str, ...]
    aimed: list[Aimed] = field(default_factory=list)
    attribute: Attribute | None = None
    beside: list[Claim] = field(default_factory=list)
    """Claims of other topics that answer the same questions."""

    @property
    def answers(self) -> list[Claim]:
        """Every claim that is a right answer, those that are asked for first."""
        return [*(aim.claim for aim in self.aimed), *self.beside]

    def safe(self, wordings: Iterable[str], name: str) -> list[tuple[int, str]]:
        """Return the wordings, with their places, that name no value of the topic."""
        values = [aim.value for aim in self.aimed]
        return [
            (place, text)
            for place, text in enumerate(wordings)
            if not any(leaked([text], value, name) for value in values)
        ]


class Topics(NamedTuple):
    """The topics of a persona, and what cannot be asked about."""

    found: list[Topic]
    skipped: dict[str, str]
    """Statement id to the reason; only statements none of whose claims can be asked about."""


def topics_of(claims: Sequence[Claim], name: str) -> Topics:
    """Return the topics that `claims` allow to ask about, in the order of the claims.

    A claim whose value every straight wording names is left out, and counted as skipped unless
    another claim of its statement is asked for.
    """
    topics: dict[str, Topic] = {}
    skipped: dict[str, str] = {}
    for claim in claims:
        if claim.secret:
            continue
        topic, value = _topic(claim)
        if topic is None:
            skipped[claim.statement_id] = f"no question fits {claim.text!r}"
            continue
        if all(leaked([text], value, name) for text in topic.straight):
            skipped[claim.statement_id] = f"every question would name a part of {value!r}"
            continue
        topics.setdefault(topic.name, topic).aimed.append(Aimed(claim, value))
    kept = [topic for topic in topics.values() if topic.safe(topic.straight, name)]
    for topic in topics.values():
        if topic not in kept:
            skipped.update(
                (a.claim.statement_id, "its question names a value") for a in topic.aimed
            )
    for topic in kept:
        topic.beside = _beside(topic, kept, name)
    asked = {aim.claim.statement_id for topic in kept for aim in topic.aimed}
    return Topics(kept, {key: why for key, why in skipped.items() if key not in asked})


def _beside(topic: Topic, topics: Sequence[Topic], name: str) -> list[Claim]:
    """Return what else answers the topic's questions, without what one of them names."""
    also = topic.attribute.also if topic.attribute else ()
    verb = _verb(topic)
    wordings = [*topic.straight, *topic.indirect, *topic.again]
    return [
        aim.claim
        for other in topics
        if other is not topic and (other.name.startswith(also) or (verb and verb == _verb(other)))
        for aim in other.aimed
        if not leaked(wordings, aim.value, name)
    ]


def _verb(topic: Topic) -> str:
    """Return the verb of a topic that was made from one, so that `kept` answers for `keep`."""
    found = re.search(r":what-(?:do|did|have)-you-(\w+)$", topic.name)
    return (past_base(found[1]) or found[1]) if found else ""


def _topic(claim: Claim) -> tuple[Topic | None, str]:
    found = attribute_of(claim.predicate)
    if found:
        return _of_attribute(found[0]), found[1]
    wording = wording_of(claim.predicate)
    if wording and not leaked(wording.straight, wording.value):
        return _of_wording(wording), wording.value
    left = attribute_of(claim.predicate, vague=True)
    return (_of_attribute(left[0]), left[1]) if left else (None, "")


def _of_attribute(attribute: Attribute) -> Topic:
    return Topic(
        attribute.name,
        attribute.straight,
        attribute.indirect,
        attribute.again,
        attribute=attribute,
    )


def _of_wording(wording: Wording) -> Topic:
    asked = wording.straight[0].rstrip("?").lower().replace(" ", "-")
    name = f"{wording.template}:{asked}"
    return Topic(name, wording.straight, wording.indirect, wording.again)
