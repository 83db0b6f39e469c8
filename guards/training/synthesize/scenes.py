"""What happens between a user and a made-up character: queries, replies and their surroundings."""

import random
from dataclasses import dataclass

from guards.training.synthesize.facts import Character, Fact, in_third, unrelated
from guards.training.synthesize.material import Split, phrases
from guards.training.synthesize.phrasing import addressed, indirect, led, lowered, supposed
from guards.training.synthesize.voice import to_third


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


def a_query(scene: Scene, fact: Fact) -> str:
    """Draw a question about the fact: wh, yes/no, tag, indirect, or about nothing special."""
    rng = scene.rng
    roll = rng.random()
    if roll < 0.12 or not (fact.wh or fact.asks_true or fact.asks_false):
        return scene.word("generic_q")
    if roll < 0.30:
        return yes_no(scene, fact)[0]
    if roll < 0.38:
        return tag(scene, rng.choice(fact.plain))
    return dressed(scene, rng.choice(fact.wh)) if fact.wh else yes_no(scene, fact)[0]


def yes_no(scene: Scene, fact: Fact) -> tuple[str, bool]:
    """Draw a yes/no question and whether the fact answers it with yes."""
    asks = [(q, True) for q in fact.asks_true] + [(q, False) for q in fact.asks_false]
    question, truth = scene.rng.choice(asks)
    return dressed(scene, question), truth


def dressed(scene: Scene, question: str) -> str:
    """Return the question, often with an address or a lead-in, or inside another sentence."""
    rng, roll = scene.rng, scene.rng.random()
    if roll < 0.5:
        return question
    if roll < 0.65 and (asked := indirect(rng, scene.split, question)):
        return asked
    return addressed(rng, scene.split, scene.who.name, question)


def direct(scene: Scene, fact: Fact) -> str:
    """Draw a question about the fact that needs a sentence for an answer; empty if it has none."""
    return scene.rng.choice(fact.wh) if fact.wh else ""


def two_questions(scene: Scene, first: str, second: str) -> str:
    """Return one query that asks both, in either order."""
    asked = [first, second]
    scene.rng.shuffle(asked)
    if scene.rng.random() < 0.5:
        return " ".join(asked)
    return f"{asked[0].rstrip('?.!')}, and {lowered(asked[1])}"


def tag(scene: Scene, claim: str) -> str:
    """Return a question that supposes `claim`: "You live in Oslo, right?" and its like."""
    return supposed(scene.rng, scene.split, claim)


def a_reply(scene: Scene, core: list[str], *, lead: str = "", long: float = 0.5) -> str:
    """Return the core sentences, perhaps with an opener, remarks, other facts and actions."""
    rng = scene.rng
    sentences = list(core)
    if lead:
        sentences[0] = led(lead, sentences[0])
    elif rng.random() < 0.4:
        sentences[0] = led(scene.word("openers"), sentences[0])
    while rng.random() < long and len(sentences) < 6:
        sentences.append(_filler(scene))
        if not lead and rng.random() < 0.3:
            sentences.insert(0, sentences.pop())
        long *= 0.75
    if rng.random() < 0.12:
        sentences.insert(rng.choice((0, len(sentences))), scene.word("actions"))
    return " ".join(sentences)


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


def short_answer(scene: Scene, *, agrees: bool) -> Exchange | None:
    """A yes/no question answered by one word, or by a word and the claim."""
    if not (scene.fact.asks_true or scene.fact.asks_false):
        return None
    query, truth = yes_no(scene, scene.fact)
    yes = truth == agrees
    settled = yes or not agrees or scene.fact.no_settles
    if settled and scene.rng.random() < 0.55:
        return Exchange(query, maybe_more(scene, scene.word("yes_words" if yes else "no_words")))
    core = [scene.rng.choice(scene.fact.agree if agrees else scene.fact.disagree)]
    lead = scene.word("yes_lead" if yes else "no_lead")
    return Exchange(query, a_reply(scene, core, lead=lead, long=0.3))


def late_answer(scene: Scene, *, agrees: bool) -> Exchange | None:
    """The question stands one exchange back; the last turn only insists."""
    if not (scene.fact.asks_true or scene.fact.asks_false):
        return None
    query, truth = yes_no(scene, scene.fact)
    if agrees and not truth and not scene.fact.no_settles:
        return None
    history = (("user", query), ("assistant", scene.word("stall")))
    word = scene.word("yes_words" if truth == agrees else "no_words")
    return Exchange(scene.word("insist"), word, history)


def spread(scene: Scene, *, true: bool, confirmed: bool) -> Exchange | None:
    """The user has heard something; after a stall the reply only says whether it is so."""
    heard = scene.fact.plain if true else scene.fact.plain_denial
    if not heard or (not true and not confirmed and not scene.fact.no_settles):
        return None
    history = (
        ("user", tag(scene, scene.rng.choice(heard))),
        ("assistant", scene.word("stall")),
    )
    return Exchange(
        scene.word("insist"), scene.word("confirms" if confirmed else "disowns"), history
    )


def doubted(scene: Scene, said: str, *, meant: bool) -> Exchange:
    """The character has said it and is asked whether it is so; the reply does not repeat it."""
    told = a_reply(scene, [said], long=0.0)
    history = (("user", a_query(scene, scene.fact)), ("assistant", told))
    return Exchange(
        scene.word("doubts"), scene.word("stands_by" if meant else "takes_back"), history
    )


def in_aside(scene: Scene, claim: str) -> str:
    """Return a reply that keeps clear of the question and tells the claim in an aside."""
    rng = scene.rng
    told = to_third(claim, scene.who.name, scene.who.pronouns).rstrip(".!")
    acted = told.removeprefix(f"{scene.who.name} ")
    if acted == told or rng.random() < 0.5:
        aside = f"[{claim}]"
    else:
        aside = rng.choice(("({})", "*{}*")).replace("{}", acted)
    parts = [scene.word(rng.choice(("deflections", "smalltalk_r", "user_reactions"))), aside]
    rng.shuffle(parts)
    return " ".join(parts)


def aired(scene: Scene) -> tuple[tuple[str, str], ...]:
    """An earlier exchange about the fact that settled nothing."""
    return (("user", a_query(scene, scene.fact)), ("assistant", scene.word("deflections")))


def maybe_more(scene: Scene, word: str) -> str:
    """Return a bare answer, sometimes with a remark that adds no fact."""
    if scene.rng.random() < 0.7:
        return word
    return f"{word} {scene.word('elaborations')}"


def several(scene: Scene, count: int = 0) -> list[Fact]:
    """Return the fact and one or two unrelated ones, or `count` in all."""
    facts = [scene.fact]
    while len(facts) < (count or scene.rng.choice((2, 2, 3))):
        new = unrelated(scene.rng, scene.split, scene.fact)
        if new.kind.name not in {fact.kind.name for fact in facts}:
            facts.append(new)
    return facts


def joined(scene: Scene, facts: list[Fact]) -> str:
    """Return one statement, of one or two sentences, that claims all `facts`."""
    rng = scene.rng
    claims = [fact.claim.rstrip(".!") for fact in facts]
    rng.shuffle(claims)
    lowered = [c if c.startswith("I") else c[:1].lower() + c[1:] for c in claims[1:]]
    link = rng.choice((", and ", " and ", ", while ", "; ", ", but "))
    parts = [claims[0], *lowered]
    text = ", ".join(parts[:-1]) + link + parts[-1] + "."
    return in_third(text, scene.who, short=rng.random() < 0.5)
