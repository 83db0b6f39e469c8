"""Items about what the persona states: asked straight, from the side, twice, and again later."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from persona_sdk.seeds import derived
from simulators.gym.known_answers.catalog import table
from simulators.gym.known_answers.items import Item, Kind
from simulators.gym.known_answers.topics import Topic

RETEST_TURN = 8
"""The turn of the conversation, 1-based, in which a retest item asks again."""


def stated_items(topics: Sequence[Topic], name: str, seed: int) -> Iterator[Item]:
    """Yield items in which one of the topic's facts is to be said."""
    for topic in topics:
        rng = random.Random(derived(seed, "stated", topic.name))
        straight = _pick(topic.safe(topic.straight, name), rng)
        for form, wordings in (("straight", topic.straight), ("indirect", topic.indirect)):
            picked = _pick(topic.safe(wordings, name), rng)
            if picked:
                yield _item(topic, name, seed, "stated", form, picked[0], (picked[1],), (0,))
        again = _pick(topic.safe(topic.again, name), rng)
        if straight and again:
            turns = (straight[1], again[1])
            yield _item(topic, name, seed, "stated", "twice", again[0], turns, (0, 1))


def retest_items(topics: Sequence[Topic], name: str, seed: int) -> Iterator[Item]:
    """Yield items that ask, talk of other things, and ask again in turn 8."""
    fillers: list[str] = table("conduct.toml")["fillers"]
    for topic in topics:
        rng = random.Random(derived(seed, "retest", topic.name))
        first = _pick(topic.safe(topic.straight, name), rng)
        last = _pick(topic.safe(topic.again, name), rng)
        if first and last:
            between = rng.sample(fillers, RETEST_TURN - 2)
            turns = (first[1], *between, last[1])
            ends = (0, RETEST_TURN - 1)
            yield _item(topic, name, seed, "retest", "turn-8", last[0], turns, ends)


def _pick(wordings: Sequence[tuple[int, str]], rng: random.Random) -> tuple[int, str] | None:
    return rng.choice(wordings) if wordings else None


def _item(
    topic: Topic,
    name: str,
    seed: int,
    kind: Kind,
    form: str,
    place: int,
    turns: tuple[str, ...],
    scored: tuple[int, ...],
) -> Item:
    return Item(
        id=f"{kind}/{topic.name}.{form}",
        persona=name,
        kind=kind,
        turns=turns,
        gold=tuple(dict.fromkeys(said for c in topic.answers for said in (c.text, c.core))),
        statement_ids=tuple(dict.fromkeys(claim.statement_id for claim in topic.answers)),
        template_id=f"{topic.name}.{form}.{place}",
        seed=seed,
        scored=scored,
    )
