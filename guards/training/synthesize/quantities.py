"""Triples about number, time, comparison and degree, from the families of `quantities.toml`."""

import random
from collections.abc import Iterator

from guards.training.premises import premise
from guards.training.rows import Row
from guards.training.synthesize.facts import a_character, in_third
from guards.training.synthesize.material import Split
from guards.training.synthesize.phrasing import addressed, led
from guards.training.synthesize.quantity_families import families, weights
from guards.training.synthesize.quantity_manners import MANNERS, Asked, Draw, bearing

PLAIN = 0.1
"""Share of rows in which nobody speaks: two first-person sentences."""

OPEN_ENDED = 0.35
"""Share of the rows between that are only "not contradicted"."""


def quantity_triples(seed: int, count: int, split: Split) -> Iterator[Row]:
    """Yield `count` entailment rows about quantities, the three labels in turn.

    Args:
        seed: The same seed gives the same rows.
        count: Number of rows.
        split: Whose templates, words and numbers to use.
    """
    rng = random.Random(f"quantities-{split}-{seed}")
    made = 0
    while made < count:
        label = "enc"[made % 3]
        if label == "n" and rng.random() < OPEN_ENDED:
            label = "nc"
        row = _row(rng, split, label)
        if row:
            made += 1
            yield row


def _row(rng: random.Random, split: Split, label: str) -> Row | None:
    family = rng.choices(families(split), weights(split))[0]
    draw = Draw(rng, split, family, family.draw(rng), a_character(rng, split))
    fact = draw.said("state")
    if fact and rng.random() < PLAIN:
        core = bearing(draw, label)
        return Row("nli", core, fact, label, family.kind) if core and core != fact else None
    asked = rng.choices(*MANNERS[label])[0](draw, label)
    if fact is None or asked is None:
        return None
    statement = fact if rng.random() < 0.05 else in_third(fact, draw.who, short=rng.random() < 0.5)
    said = premise(draw.who.name, [], _dressed(draw, asked.query), _reply(draw, asked))
    return Row("nli", said, statement, label, asked.kind or family.kind)


def _reply(draw: Draw, asked: Asked) -> str:
    """Return the core of a reply with what may stand around it."""
    rng = draw.rng
    sentences = [asked.reply]
    if not asked.led and rng.random() < 0.3:
        sentences[0] = led(draw.around("openers"), asked.reply)
    while rng.random() < (0.2 if asked.led else 0.35) and len(sentences) < 4:
        extra = draw.around("fillers" if rng.random() < 0.55 else "asides")
        if extra not in sentences:
            sentences.append(extra)
    if rng.random() < 0.08:
        sentences.insert(rng.choice((0, len(sentences))), draw.around("actions"))
    return " ".join(sentences)


def _dressed(draw: Draw, query: str) -> str:
    """Return the query, sometimes with an address or a lead-in."""
    if draw.rng.random() < 0.7:
        return query
    return addressed(draw.rng, draw.split, draw.who.name, query)
