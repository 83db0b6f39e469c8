"""Make labelled (query, reply, statement) triples by rule: a symbolic stand-in for a teacher model.

Each phenomenon is one function that draws a reply to a fact; the label is what the function
promises. Everything follows from the seed; `split` keeps phrases, values and names apart.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guards.formats import nli_premise, relevance_query
from guards.training.facts import (
    Character,
    Fact,
    a_character,
    a_fact,
    in_third,
    statable,
    unrelated,
)
from guards.training.material import Split, phrases
from guards.training.rows import Row
from guards.training.voice import to_second, to_third

History = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a phenomenon has to work with."""

    rng: random.Random
    split: Split
    who: Character
    fact: Fact
    chatter: tuple[str, ...]
    """Sentences from real chats, to stand around a fact; may be empty."""

    def word(self, name: str) -> str:
        """Draw from a list of `phrases.toml`."""
        return self.rng.choice(phrases(self.split)[name])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A query and a reply, with the turns before; `statement` overrides the fact's own."""

    query: str
    reply: str
    history: tuple[tuple[str, str], ...] = ()
    statement: str = ""


Phenomenon = Callable[[Scene], Exchange | None]


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


# --- queries ---


def _query(scene: Scene, fact: Fact) -> str:
    """Draw a question about the fact: wh, yes/no, tag, indirect, or about nothing special."""
    rng = scene.rng
    roll = rng.random()
    if roll < 0.12 or not (fact.wh or fact.asks_true or fact.asks_false):
        return scene.word("generic_q")
    if roll < 0.30:
        return _yes_no(scene, fact)[0]
    if roll < 0.38:
        return _tag(scene, rng.choice(fact.agree))
    return _dressed(scene, rng.choice(fact.wh)) if fact.wh else _yes_no(scene, fact)[0]


def _yes_no(scene: Scene, fact: Fact) -> tuple[str, bool]:
    """Draw a yes/no question and whether the fact answers it with yes."""
    asks = [(q, True) for q in fact.asks_true] + [(q, False) for q in fact.asks_false]
    question, truth = scene.rng.choice(asks)
    return _dressed(scene, question), truth


def _dressed(scene: Scene, question: str) -> str:
    if scene.rng.random() < 0.55:
        return question
    lower = question[:1].lower() + question[1:] if not question.startswith("I ") else question
    text = scene.word("prefixes").replace("{name}", scene.who.name.split()[0])
    return text.replace("{q}", lower).replace("{Q}", question)


def _tag(scene: Scene, claim: str) -> str:
    spoken = to_second(claim).rstrip(".!")
    text = scene.word("tags").replace("{s}", spoken)
    return text[:1].upper() + text[1:]


# --- replies ---


def _reply(scene: Scene, core: list[str], *, lead: str = "", long: float = 0.5) -> str:
    """Return the core sentences, perhaps with an opener, remarks, other facts and actions."""
    rng = scene.rng
    sentences = list(core)
    if lead:
        sentences[0] = f"{lead} {_after(lead, sentences[0])}"
    elif rng.random() < 0.4:
        opener = scene.word("openers")
        sentences[0] = f"{opener} {_after(opener, sentences[0])}"
    while rng.random() < long and len(sentences) < 6:
        sentences.append(_filler(scene))
        if not lead and rng.random() < 0.3:
            sentences.insert(0, sentences.pop())
        long *= 0.75
    if rng.random() < 0.12:
        sentences.insert(rng.choice((0, len(sentences))), scene.word("actions"))
    return " ".join(sentences)


def _after(lead: str, sentence: str) -> str:
    """Lower the first letter after a comma, except of "I"."""
    if not lead.endswith(",") or sentence.startswith(("I ", "I'")):
        return sentence
    return sentence[:1].lower() + sentence[1:]


def _filler(scene: Scene) -> str:
    """Return a sentence that settles nothing about the fact."""
    rng, roll = scene.rng, scene.rng.random()
    if roll < 0.45:
        return scene.word("elaborations")
    if roll < 0.62:
        return rng.choice(unrelated(rng, scene.split, scene.fact).agree)
    if roll < 0.74:
        return rng.choice(scene.fact.kind.aside)
    if roll < 0.90 and scene.chatter:
        return rng.choice(scene.chatter)
    return scene.word("smalltalk_r")


# --- entailed ---


def _says_it(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core))


def _says_it_at_length(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.97))


def _says_it_twice(scene: Scene) -> Exchange | None:
    if len(scene.fact.agree) < 2:
        return None
    core = scene.rng.sample(scene.fact.agree, 2)
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.6))


def _answers_yes_no(scene: Scene) -> Exchange | None:
    return _short_answer(scene, agrees=True)


def _elliptic(scene: Scene) -> Exchange | None:
    if not scene.fact.elliptic:
        return None
    query = _dressed(scene, scene.rng.choice(scene.fact.wh))
    return Exchange(query, _reply(scene, [scene.fact.elliptic], long=0.2))


def _confirms_tag(scene: Scene) -> Exchange:
    query = _tag(scene, scene.rng.choice(scene.fact.agree))
    return Exchange(query, _maybe_more(scene, scene.word("yes_words")))


def _corrects(scene: Scene) -> Exchange:
    """The user supposes the opposite; the character sets it right."""
    query = _tag(scene, scene.rng.choice(scene.fact.disagree))
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(query, _reply(scene, core, lead=scene.word("no_lead"), long=0.4))


def _answers_later(scene: Scene) -> Exchange | None:
    return _late_answer(scene, agrees=True)


def _all_of_several(scene: Scene) -> Exchange | None:
    """A statement of two or three facts, all of them or nearly so expressed."""
    facts = _several(scene)
    said = facts if len(facts) == 2 or scene.rng.random() < 0.6 else scene.rng.sample(facts, 2)
    core = [scene.rng.choice(fact.agree) for fact in said]
    scene.rng.shuffle(core)
    reply = _reply(scene, core, long=0.5)
    return Exchange(_query(scene, facts[0]), reply, statement=_joined(scene, facts))


# --- left open ---


def _small_talk(scene: Scene) -> Exchange:
    reply = _reply(scene, [scene.word("smalltalk_r")], long=0.3)
    return Exchange(scene.word("smalltalk_q"), reply)


def _deflects(scene: Scene) -> Exchange:
    core = [scene.word(scene.rng.choice(("deflections", "hedges")))]
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.35))


def _stays_vague(scene: Scene) -> Exchange:
    """On the topic, at length, and yet the fact is not in it."""
    rng = scene.rng
    aside = scene.fact.kind.aside
    core = rng.sample(aside, min(len(aside), rng.choice((1, 1, 2))))
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.8))


def _says_something_else(scene: Scene) -> Exchange:
    other = unrelated(scene.rng, scene.split, scene.fact)
    about = scene.rng.choice((scene.fact, other))
    core = [scene.rng.choice(other.agree)]
    return Exchange(_query(scene, about), _reply(scene, core, long=0.6))


def _another_value(scene: Scene) -> Exchange | None:
    if not scene.fact.other_values:
        return None
    core = [scene.rng.choice(scene.fact.other_values)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.5))


def _another_person(scene: Scene) -> Exchange:
    who = scene.word("others")
    she = who.split()[1] in ("aunt", "sister", "woman")
    pronouns = ("she", "her", "her") if she else ("he", "him", "his")
    claims = statable(scene.fact.agree + scene.fact.disagree)
    core = [to_third(scene.rng.choice(claims), who, pronouns)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.5))


def _user_says_it(scene: Scene) -> Exchange:
    """The user tells it of themselves, or puts it to the character; the reply takes no side."""
    claim = scene.rng.choice(scene.fact.agree + scene.fact.disagree)
    words = "user_reactions" if scene.rng.random() < 0.7 else "smalltalk_r"
    query = f"{claim} {scene.word('and_you')}" if scene.rng.random() < 0.3 else claim
    core = [scene.word("deflections" if query != claim else words)]
    return Exchange(query, _reply(scene, core, long=0.25))


def _says_it_of_user(scene: Scene) -> Exchange:
    claim = scene.rng.choice(scene.fact.agree + scene.fact.disagree)
    spoken = to_second(claim)
    core = [f"So {spoken.rstrip('.!')}? {scene.word('user_reactions')}"]
    return Exchange(claim, _reply(scene, core, long=0.2))


def _answers_another(scene: Scene) -> Exchange | None:
    """A bare yes or no to a question about something else."""
    other = unrelated(scene.rng, scene.split, scene.fact)
    if not (other.asks_true or other.asks_false):
        return None
    word = scene.word(scene.rng.choice(("yes_words", "no_words")))
    history = _aired(scene) if scene.rng.random() < 0.4 else ()
    return Exchange(_yes_no(scene, other)[0], _maybe_more(scene, word), history)


def _part_of_several(scene: Scene) -> Exchange:
    """One fact of three, or only remarks about them."""
    facts = [*_several(scene, count=3)]
    core = [scene.rng.choice(facts[0].agree)] if scene.rng.random() < 0.55 else [
        scene.rng.choice(fact.kind.aside) for fact in facts[:2]
    ]
    reply = _reply(scene, core, long=0.7)
    return Exchange(_query(scene, facts[0]), reply, statement=_joined(scene, facts))


# --- contradicted ---


def _denies_it(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.disagree)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core))


def _denies_it_at_length(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.disagree)]
    return Exchange(_query(scene, scene.fact), _reply(scene, core, long=0.97))


def _answers_wrong(scene: Scene) -> Exchange | None:
    return _short_answer(scene, agrees=False)


def _wrong_elliptic(scene: Scene) -> Exchange | None:
    if not scene.fact.wrong_elliptic:
        return None
    query = _dressed(scene, scene.rng.choice(scene.fact.wh))
    return Exchange(query, _reply(scene, [scene.fact.wrong_elliptic], long=0.2))


def _accepts_falsehood(scene: Scene) -> Exchange:
    """The user supposes the opposite; the character goes along."""
    query = _tag(scene, scene.rng.choice(scene.fact.disagree))
    return Exchange(query, _maybe_more(scene, scene.word("yes_words")))


def _rejects_truth(scene: Scene) -> Exchange:
    query = _tag(scene, scene.rng.choice(scene.fact.agree))
    return Exchange(query, _maybe_more(scene, scene.word("no_words")))


def _answers_wrong_later(scene: Scene) -> Exchange | None:
    return _late_answer(scene, agrees=False)


def _one_wrong_of_several(scene: Scene) -> Exchange:
    facts = _several(scene)
    wrong = scene.rng.randrange(len(facts))
    core = [
        scene.rng.choice(fact.disagree if place == wrong else fact.agree)
        for place, fact in enumerate(facts)
        if place == wrong or scene.rng.random() < 0.6
    ]
    scene.rng.shuffle(core)
    reply = _reply(scene, core, long=0.5)
    return Exchange(_query(scene, facts[wrong]), reply, statement=_joined(scene, facts))


# --- shared parts ---


def _short_answer(scene: Scene, *, agrees: bool) -> Exchange | None:
    """A yes/no question answered by one word, or by a word and the claim."""
    if not (scene.fact.asks_true or scene.fact.asks_false):
        return None
    query, truth = _yes_no(scene, scene.fact)
    yes = truth == agrees
    if scene.rng.random() < 0.55:
        return Exchange(query, _maybe_more(scene, scene.word("yes_words" if yes else "no_words")))
    core = [scene.rng.choice(scene.fact.agree if agrees else scene.fact.disagree)]
    lead = scene.word("yes_lead" if yes else "no_lead")
    return Exchange(query, _reply(scene, core, lead=lead, long=0.3))


def _late_answer(scene: Scene, *, agrees: bool) -> Exchange | None:
    """The question stands one exchange back; the last turn only insists."""
    if not (scene.fact.asks_true or scene.fact.asks_false):
        return None
    query, truth = _yes_no(scene, scene.fact)
    history = (("user", query), ("assistant", scene.word("stall")))
    word = scene.word("yes_words" if truth == agrees else "no_words")
    return Exchange(scene.word("insist"), word, history)


def _aired(scene: Scene) -> tuple[tuple[str, str], ...]:
    """An earlier exchange about the fact that settled nothing."""
    return (("user", _query(scene, scene.fact)), ("assistant", scene.word("deflections")))


def _maybe_more(scene: Scene, word: str) -> str:
    if scene.rng.random() < 0.7:
        return word
    return f"{word} {scene.word('elaborations')}"


def _several(scene: Scene, count: int = 0) -> list[Fact]:
    facts = [scene.fact]
    while len(facts) < (count or scene.rng.choice((2, 2, 3))):
        new = unrelated(scene.rng, scene.split, scene.fact)
        if new.kind.name not in {fact.kind.name for fact in facts}:
            facts.append(new)
    return facts


def _joined(scene: Scene, facts: list[Fact]) -> str:
    """Return one statement, of one or two sentences, that claims all `facts`."""
    rng = scene.rng
    claims = [fact.claim.rstrip(".!") for fact in facts]
    rng.shuffle(claims)
    lowered = [c if c.startswith("I") else c[:1].lower() + c[1:] for c in claims[1:]]
    link = rng.choice((", and ", " and ", ", while ", "; ", ", but "))
    parts = [claims[0], *lowered]
    text = ", ".join(parts[:-1]) + link + parts[-1] + "."
    return in_third(text, scene.who, short=rng.random() < 0.5)


def _relevance_query(
    scene: Scene, asked: Fact, *, relevant: bool
) -> tuple[str, History, str]:
    """Draw a query about `asked` (which is the statement's fact or an unrelated one)."""
    rng, roll = scene.rng, scene.rng.random()
    if relevant and asked.kind.generic and rng.random() < 0.3:
        return scene.word("generic_q"), [], "generic"
    if not relevant and roll < 0.15:
        return scene.word("smalltalk_q"), [], "small talk"
    if roll < 0.25:
        return _tag(scene, rng.choice(asked.agree + asked.disagree)), [], "supposition"
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
        history = [("user", _question(scene, scene.fact)), ("assistant", rng.choice(
            scene.fact.agree))]
        return question, history, "topic left behind"
    return question, [], "question"


def _question(scene: Scene, fact: Fact) -> str:
    if fact.wh and scene.rng.random() < 0.6:
        return _dressed(scene, scene.rng.choice(fact.wh))
    if fact.asks_true or fact.asks_false:
        return _yes_no(scene, fact)[0]
    return _tag(scene, scene.rng.choice(fact.agree))


def _weighted(
    rng: random.Random, table: list[tuple[str, Phenomenon, int]]
) -> tuple[str, Phenomenon, int]:
    return rng.choices(table, [weight for _, _, weight in table])[0]


_SELF_CONTAINED = frozenset(
    ("says it", "says it at length", "says it twice", "another value", "another person",
     "stays vague", "says something else", "denies it", "denies it at length")
)

PHENOMENA: dict[str, list[tuple[str, Phenomenon, int]]] = {
    "e": [
        ("says it", _says_it, 6),
        ("says it at length", _says_it_at_length, 6),
        ("says it twice", _says_it_twice, 2),
        ("answers yes/no", _answers_yes_no, 6),
        ("elliptic", _elliptic, 2),
        ("confirms a tag", _confirms_tag, 3),
        ("corrects", _corrects, 3),
        ("answers later", _answers_later, 3),
        ("all of several", _all_of_several, 6),
    ],
    "n": [
        ("small talk", _small_talk, 2),
        ("deflects", _deflects, 3),
        ("stays vague", _stays_vague, 5),
        ("says something else", _says_something_else, 4),
        ("another value", _another_value, 3),
        ("another person", _another_person, 3),
        ("user says it", _user_says_it, 3),
        ("says it of the user", _says_it_of_user, 1),
        ("answers another", _answers_another, 4),
        ("part of several", _part_of_several, 5),
    ],
    "c": [
        ("denies it", _denies_it, 6),
        ("denies it at length", _denies_it_at_length, 6),
        ("answers wrong", _answers_wrong, 6),
        ("wrong elliptic", _wrong_elliptic, 2),
        ("accepts a falsehood", _accepts_falsehood, 3),
        ("rejects the truth", _rejects_truth, 3),
        ("answers wrong later", _answers_wrong_later, 3),
        ("one wrong of several", _one_wrong_of_several, 6),
    ],
}
