"""Make labelled (query, reply, statement) triples by rule: a symbolic stand-in for a teacher model.

Each phenomenon draws a reply to a fact; the label is what it promises. Everything follows from the
seed; `split` keeps phrases, values and names apart.
"""

import random
from collections.abc import Iterator

from guards.formats import nli_premise, relevance_query
from guards.training.facts import Fact, a_character, a_fact, in_third, statable, unrelated
from guards.training.material import Split
from guards.training.phenomena import PHENOMENA, Phenomenon
from guards.training.rows import Row
from guards.training.scenes import Exchange, Scene, dressed, tag, yes_no
from guards.training.voice import to_third

History = list[tuple[str, str]]


def nli_triples(
    seed: int, count: int, split: Split, chatter: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Yield `count` entailment rows, the three labels in turn.

    Args:
        seed: The same seed gives the same rows.
        count: Number of rows.
        split: Whose phrases and values to use.
        chatter: Sentences from real chats to surround facts with.
    """
    rng = random.Random(f"nli-{split}-{seed}")
    made = 0
    while made < count:
        label = "enc"[made % 3]
        name, phenomenon, _ = _weighted(rng, PHENOMENA[label])
        scene = Scene(rng, split, a_character(rng, split), a_fact(rng, split), chatter)
        exchange = phenomenon(scene)
        if exchange is None:
            continue
        made += 1
        yield _row(scene, exchange, label, name)


def relevance_pairs(seed: int, count: int, split: Split) -> Iterator[Row]:
    """Yield `count` relevance rows, relevant and irrelevant in turn."""
    rng = random.Random(f"relevance-{split}-{seed}")
    for number in range(count):
        scene = Scene(rng, split, a_character(rng, split), a_fact(rng, split), ())
        other = unrelated(rng, split, scene.fact)
        relevant = number % 2 == 0
        asked = scene.fact if relevant else other
        query, history, kind = _relevance_query(scene, asked, relevant=relevant)
        first = relevance_query(scene.who.name, history, query)
        label = "yes" if relevant else "no"
        yield Row("relevance", first, _statement(scene, scene.fact), label, kind)


def _row(scene: Scene, exchange: Exchange, label: str, kind: str) -> Row:
    rng, fact = scene.rng, scene.fact
    if exchange.statement:
        statement = exchange.statement
    elif rng.random() < 0.12 and not exchange.history and kind in _SELF_CONTAINED:
        return Row("nli", exchange.reply, rng.choice(fact.agree), label, f"{kind} (plain)")
    else:
        statement = _statement(scene, fact)
    premise = nli_premise(scene.who.name, exchange.history, exchange.query, exchange.reply)
    return Row("nli", premise, statement, label, kind)


def _statement(scene: Scene, fact: Fact) -> str:
    rng = scene.rng
    roll = rng.random()
    if roll < 0.06:
        return fact.claim
    if roll < 0.10:
        return to_third(fact.claim, "The character", scene.who.pronouns)
    return in_third(fact.claim, scene.who, short=rng.random() < 0.5)


def _relevance_query(scene: Scene, asked: Fact, *, relevant: bool) -> tuple[str, History, str]:
    """Draw a query about `asked` (which is the statement's fact or an unrelated one)."""
    rng, roll = scene.rng, scene.rng.random()
    if relevant and asked.kind.generic and rng.random() < 0.3:
        return scene.word("generic_q"), [], "generic"
    if not relevant and roll < 0.08:
        return scene.word("errands").split("|")[0], [], "errand"
    if not relevant and roll < 0.15:
        return scene.word("smalltalk_q"), [], "small talk"
    if roll < 0.25:
        return tag(scene, rng.choice(asked.agree + asked.disagree)), [], "supposition"
    if roll < 0.33:
        claim = rng.choice(statable(asked.agree))
        return f"{claim} {scene.word('and_you')}", [], "returned question"
    question = _question(scene, asked)
    if roll < 0.45:
        other = unrelated(rng, scene.split, scene.fact)
        history = [("user", _question(scene, other)), ("assistant", rng.choice(other.agree))]
        return question, history, "after another topic"
    if roll < 0.55:
        pair = [question, _question(scene, unrelated(rng, scene.split, scene.fact))]
        rng.shuffle(pair)
        return " ".join(pair), [], "several at once"
    if not relevant and roll < 0.70:
        history = [
            ("user", _question(scene, scene.fact)),
            ("assistant", rng.choice(scene.fact.agree)),
        ]
        return question, history, "topic left behind"
    return question, [], "question"


def _question(scene: Scene, fact: Fact) -> str:
    if fact.wh and scene.rng.random() < 0.6:
        return dressed(scene, scene.rng.choice(fact.wh))
    if fact.asks_true or fact.asks_false:
        return yes_no(scene, fact)[0]
    return tag(scene, scene.rng.choice(fact.agree))


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
