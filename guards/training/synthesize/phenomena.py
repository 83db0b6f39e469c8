"""The phenomena: each draws a query and a reply to a fact, and promises the label."""

from collections.abc import Callable

from guards.training.synthesize.facts import unrelated
from guards.training.synthesize.scenes import (
    Exchange,
    Scene,
    a_query,
    a_reply,
    aired,
    direct,
    doubted,
    dressed,
    in_aside,
    joined,
    late_answer,
    maybe_more,
    several,
    short_answer,
    spread,
    tag,
    two_questions,
    yes_no,
)
from guards.training.synthesize.voice import to_second, to_third

Phenomenon = Callable[[Scene], Exchange | None]


def _says_it(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core))


def _says_it_at_length(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.97))


def _says_it_twice(scene: Scene) -> Exchange | None:
    if len(scene.fact.agree) < 2:
        return None
    core = scene.rng.sample(scene.fact.agree, 2)
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.6))


def _answers_yes_no(scene: Scene) -> Exchange | None:
    return short_answer(scene, agrees=True)


def _elliptic(scene: Scene) -> Exchange | None:
    if not scene.fact.elliptic:
        return None
    query = dressed(scene, scene.rng.choice(scene.fact.wh))
    return Exchange(query, a_reply(scene, [scene.fact.elliptic], long=0.2))


def _confirms_tag(scene: Scene) -> Exchange:
    query = tag(scene, scene.rng.choice(scene.fact.plain))
    return Exchange(query, maybe_more(scene, scene.word("yes_words")))


def _corrects(scene: Scene) -> Exchange | None:
    """The user supposes the opposite; the character sets it right."""
    if not scene.fact.plain_denial:
        return None
    query = tag(scene, scene.rng.choice(scene.fact.plain_denial))
    core = [scene.rng.choice(scene.fact.agree)]
    return Exchange(query, a_reply(scene, core, lead=scene.word("no_lead"), long=0.4))


def _answers_later(scene: Scene) -> Exchange | None:
    return late_answer(scene, agrees=True)


def _confirms_later(scene: Scene) -> Exchange | None:
    """What "that" is stands two turns back: the truth is confirmed, or its opposite disowned."""
    true = scene.rng.random() < 0.7
    return spread(scene, true=true, confirmed=true)


def _stands_by_it(scene: Scene) -> Exchange:
    return doubted(scene, scene.rng.choice(scene.fact.agree), meant=True)


def _answers_both(scene: Scene) -> Exchange | None:
    return _two_answers(scene, scene.fact.agree)


def _two_answers(scene: Scene, said: tuple[str, ...]) -> Exchange | None:
    """Two questions at once, both answered; `said` are the sentences about the fact."""
    other = unrelated(scene.rng, scene.split, scene.fact)
    first, second = direct(scene, scene.fact), direct(scene, other)
    if not (first and second):
        return None
    core = [scene.rng.choice(said), scene.rng.choice(other.agree)]
    scene.rng.shuffle(core)
    return Exchange(two_questions(scene, first, second), a_reply(scene, core, long=0.2))


def _tells_in_aside(scene: Scene) -> Exchange:
    claim = scene.rng.choice(scene.fact.plain)
    return Exchange(a_query(scene, scene.fact), in_aside(scene, claim))


def _all_of_several(scene: Scene) -> Exchange | None:
    """A statement of two or three facts, all of them or nearly so expressed."""
    facts = several(scene)
    said = facts if len(facts) == 2 or scene.rng.random() < 0.6 else scene.rng.sample(facts, 2)
    core = [scene.rng.choice(fact.agree) for fact in said]
    scene.rng.shuffle(core)
    reply = a_reply(scene, core, long=0.5)
    return Exchange(a_query(scene, facts[0]), reply, statement=joined(scene, facts))


def _small_talk(scene: Scene) -> Exchange:
    reply = a_reply(scene, [scene.word("smalltalk_r")], long=0.3)
    return Exchange(scene.word("smalltalk_q"), reply)


def _deflects(scene: Scene) -> Exchange:
    core = [scene.word(scene.rng.choice(("deflections", "hedges")))]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.35))


def _stays_vague(scene: Scene) -> Exchange:
    """On the topic, at length, and yet the fact is not in it."""
    rng = scene.rng
    aside = scene.fact.kind.aside
    core = rng.sample(aside, min(len(aside), rng.choice((1, 1, 2))))
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.8))


def _says_something_else(scene: Scene) -> Exchange:
    other = unrelated(scene.rng, scene.split, scene.fact)
    about = scene.rng.choice((scene.fact, other))
    core = [scene.rng.choice(other.agree)]
    return Exchange(a_query(scene, about), a_reply(scene, core, long=0.6))


def _another_value(scene: Scene) -> Exchange | None:
    if not scene.fact.other_values:
        return None
    core = [scene.rng.choice(scene.fact.other_values)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.5))


def _another_person(scene: Scene) -> Exchange:
    who = scene.word("others")
    she = who.split()[1] in ("aunt", "sister", "woman")
    pronouns = ("she", "her", "her") if she else ("he", "him", "his")
    said = scene.rng.choice(scene.fact.plain + scene.fact.plain_denial)
    core = [to_third(said, who, pronouns)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.5))


def _user_says_it(scene: Scene) -> Exchange:
    """The user tells it of themselves, or puts it to the character; the reply takes no side."""
    claim = scene.rng.choice(scene.fact.agree + scene.fact.disagree)
    words = "user_reactions" if scene.rng.random() < 0.7 else "smalltalk_r"
    query = f"{claim} {scene.word('and_you')}" if scene.rng.random() < 0.3 else claim
    core = [scene.word("deflections" if query != claim else words)]
    return Exchange(query, a_reply(scene, core, long=0.25))


def _says_it_of_user(scene: Scene) -> Exchange:
    claim = scene.rng.choice(scene.fact.plain + scene.fact.plain_denial)
    spoken = to_second(claim)
    core = [f"So {spoken.rstrip('.!')}? {scene.word('user_reactions')}"]
    return Exchange(claim, a_reply(scene, core, long=0.2))


def _answers_another(scene: Scene) -> Exchange | None:
    """A bare yes, no or value in answer to a question about something else."""
    other = unrelated(scene.rng, scene.split, scene.fact)
    history = aired(scene) if scene.rng.random() < 0.4 else ()
    if other.elliptic and scene.rng.random() < 0.6:
        query = dressed(scene, scene.rng.choice(other.wh))
        return Exchange(query, a_reply(scene, [other.elliptic], long=0.2), history)
    if not (other.asks_true or other.asks_false):
        return None
    word = scene.word(scene.rng.choice(("yes_words", "no_words")))
    return Exchange(yes_no(scene, other)[0], maybe_more(scene, word), history)


def _runs_an_errand(scene: Scene) -> Exchange:
    """The user asks about the world or for help; the answer is no fact about the character."""
    query, reply = scene.word("errands").split("|")
    return Exchange(dressed(scene, query), a_reply(scene, [reply], long=0.25))


def _answers_the_other(scene: Scene) -> Exchange | None:
    """Two questions at once; the one about the fact is passed over."""
    other = unrelated(scene.rng, scene.split, scene.fact)
    first, second = direct(scene, scene.fact), direct(scene, other)
    if not (first and second):
        return None
    core = [scene.rng.choice(other.agree)]
    return Exchange(two_questions(scene, first, second), a_reply(scene, core, long=0.2))


def _part_of_several(scene: Scene) -> Exchange:
    """One fact of three, or only remarks about them."""
    facts = [*several(scene, count=3)]
    core = (
        [scene.rng.choice(facts[0].agree)]
        if scene.rng.random() < 0.55
        else [scene.rng.choice(fact.kind.aside) for fact in facts[:2]]
    )
    reply = a_reply(scene, core, long=0.7)
    return Exchange(a_query(scene, facts[0]), reply, statement=joined(scene, facts))


def _denies_it(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.disagree)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core))


def _denies_it_at_length(scene: Scene) -> Exchange:
    core = [scene.rng.choice(scene.fact.disagree)]
    return Exchange(a_query(scene, scene.fact), a_reply(scene, core, long=0.97))


def _answers_wrong(scene: Scene) -> Exchange | None:
    return short_answer(scene, agrees=False)


def _wrong_elliptic(scene: Scene) -> Exchange | None:
    if not scene.fact.wrong_elliptic:
        return None
    query = dressed(scene, scene.rng.choice(scene.fact.wh))
    return Exchange(query, a_reply(scene, [scene.fact.wrong_elliptic], long=0.2))


def _accepts_falsehood(scene: Scene) -> Exchange | None:
    """The user supposes the opposite; the character goes along."""
    if not scene.fact.plain_denial:
        return None
    query = tag(scene, scene.rng.choice(scene.fact.plain_denial))
    return Exchange(query, maybe_more(scene, scene.word("yes_words")))


def _rejects_truth(scene: Scene) -> Exchange:
    query = tag(scene, scene.rng.choice(scene.fact.plain))
    return Exchange(query, maybe_more(scene, scene.word("no_words")))


def _answers_wrong_later(scene: Scene) -> Exchange | None:
    return late_answer(scene, agrees=False)


def _confirms_falsehood_later(scene: Scene) -> Exchange | None:
    """What "that" is stands two turns back: the truth is disowned, or its opposite confirmed."""
    true = scene.rng.random() < 0.5
    return spread(scene, true=true, confirmed=not true)


def _takes_it_back(scene: Scene) -> Exchange:
    return doubted(scene, scene.rng.choice(scene.fact.agree), meant=False)


def _stands_by_falsehood(scene: Scene) -> Exchange:
    return doubted(scene, scene.rng.choice(scene.fact.disagree), meant=True)


def _one_answer_wrong(scene: Scene) -> Exchange | None:
    return _two_answers(scene, scene.fact.disagree)


def _denies_in_aside(scene: Scene) -> Exchange | None:
    if not scene.fact.plain_denial:
        return None
    return Exchange(
        a_query(scene, scene.fact), in_aside(scene, scene.rng.choice(scene.fact.plain_denial))
    )


def _one_wrong_of_several(scene: Scene) -> Exchange:
    facts = several(scene)
    wrong = scene.rng.randrange(len(facts))
    core = [
        scene.rng.choice(fact.disagree if place == wrong else fact.agree)
        for place, fact in enumerate(facts)
        if place == wrong or scene.rng.random() < 0.6
    ]
    scene.rng.shuffle(core)
    reply = a_reply(scene, core, long=0.5)
    return Exchange(a_query(scene, facts[wrong]), reply, statement=joined(scene, facts))


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
        ("confirms later", _confirms_later, 3),
        ("stands by it", _stands_by_it, 2),
        ("answers both", _answers_both, 4),
        ("tells in an aside", _tells_in_aside, 3),
        ("all of several", _all_of_several, 6),
    ],
    "n": [
        ("small talk", _small_talk, 2),
        ("deflects", _deflects, 3),
        ("stays vague", _stays_vague, 5),
        ("says something else", _says_something_else, 4),
        ("another value", _another_value, 8),
        ("another person", _another_person, 3),
        ("user says it", _user_says_it, 3),
        ("says it of the user", _says_it_of_user, 1),
        ("answers another", _answers_another, 4),
        ("runs an errand", _runs_an_errand, 3),
        ("answers the other", _answers_the_other, 3),
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
        ("confirms wrong later", _confirms_falsehood_later, 3),
        ("takes it back", _takes_it_back, 2),
        ("stands by a falsehood", _stands_by_falsehood, 2),
        ("one answer wrong", _one_answer_wrong, 4),
        ("denies in an aside", _denies_in_aside, 3),
        ("one wrong of several", _one_wrong_of_several, 6),
    ],
}
