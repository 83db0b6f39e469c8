"""Make labelled (query, reply, statement) triples by rule: a symbolic stand-in for a teacher model.

Each phenomenon draws a reply to a fact; the label is what it promises. Everything follows from the
seed; `split` keeps phrases, values and names apart.
"""

import random
from collections.abc import Iterator

from guards.training.premises import premise
from guards.training.rows import Row
from guards.training.synthesize.facts import WRITTEN, Fact, a_character, a_fact, in_third
from guards.training.synthesize.material import Split
from guards.training.synthesize.phenomena import PHENOMENA, Phenomenon
from guards.training.synthesize.scenes import Exchange, Scene
from guards.training.synthesize.voice import to_third

History = list[tuple[str, str]]


def nli_triples(
    seed: int,
    count: int,
    split: Split,
    chatter: tuple[str, ...] = (),
    *,
    written: float = WRITTEN,
) -> Iterator[Row]:
    """Yield `count` entailment rows, the three labels in turn.

    Args:
        seed: The same seed gives the same rows.
        count: Number of rows.
        split: Whose phrases and values to use.
        chatter: Sentences from real chats to surround facts with.
        written: Share in [0, 1] of facts from the written claims.
    """
    rng = random.Random(f"nli-{split}-{seed}")
    made = 0
    while made < count:
        label = "enc"[made % 3]
        name, phenomenon, _ = _weighted(rng, PHENOMENA[label])
        fact = a_fact(rng, split, written=written)
        scene = Scene(rng, split, a_character(rng, split), fact, chatter)
        exchange = phenomenon(scene)
        if exchange is None:
            continue
        made += 1
        yield _row(scene, exchange, label, name)


def _row(scene: Scene, exchange: Exchange, label: str, kind: str) -> Row:
    rng, fact = scene.rng, scene.fact
    if exchange.statement:
        statement = exchange.statement
    elif rng.random() < 0.12 and not exchange.history and kind in _SELF_CONTAINED:
        return Row("nli", exchange.reply, rng.choice(fact.plain), label, f"{kind} (plain)")
    else:
        statement = _statement(scene, fact)
    said = premise(scene.who.name, exchange.history, exchange.query, exchange.reply)
    return Row("nli", said, statement, label, kind)


def _statement(scene: Scene, fact: Fact) -> str:
    rng = scene.rng
    roll = rng.random()
    if roll < 0.06:
        return fact.claim
    if roll < 0.10:
        return to_third(fact.claim, "The character", scene.who.pronouns)
    return in_third(fact.claim, scene.who, short=rng.random() < 0.5)


def _weighted(
    rng: random.Random, table: list[tuple[str, Phenomenon, int]]
) -> tuple[str, Phenomenon, int]:
    return rng.choices(table, [weight for _, _, weight in table])[0]


_SELF_CONTAINED = frozenset(
    (
        "says it",
        "says it at length",
        "says it twice",
        "another value",
        "another person",
        "stays vague",
        "says something else",
        "denies it",
        "denies it at length",
    )
)
