from collections.abc import Iterator

import pytest

from persona_sdk.personas import load
from persona_sdk.types import Conversation, Persona
from simulators.gym.known_answers import planted
from simulators.gym.known_answers.asking import ask
from simulators.gym.known_answers.generate import ItemSet, make_items
from simulators.gym.known_answers.scoring import KnownAnswers
from simulators.protocols import Replier

PIP = load("pip")


@pytest.fixture(scope="module")
def found() -> ItemSet:
    return make_items(PIP, seed=1)


def share(found: ItemSet, agent: Replier, known: KnownAnswers) -> float:
    marks = [known.mark(item, ask(agent, item)) for item in found.items]
    scored = [mark.outcome == "pass" for mark in marks if mark.outcome != "unscored"]
    return sum(scored) / len(scored)


def test_the_oracle_speaks_in_the_first_person(found: ItemSet) -> None:
    agent = planted.oracle(PIP, found.items)
    said = " ".join(reply for item in found.items for reply in ask(agent, item).replies)
    assert "I am afraid of rust" in said
    assert "Pip is" not in said


def test_the_oracle_varies_its_words(found: ItemSet) -> None:
    said = {
        planted.oracle(PIP, found.items, seed=seed)
        .reply(Conversation().add("user", found.items[0].turns[0]))
        .text
        for seed in range(8)
    }
    assert len(said) > 2


def test_the_same_conversation_gets_the_same_reply(found: ItemSet) -> None:
    agents = [planted.oracle(PIP, found.items, seed=5) for _ in range(2)]
    first, second = (ask(agent, found.items[3]).replies for agent in agents)
    assert first == second


def test_the_echo_says_every_statement(found: ItemSet) -> None:
    text = planted.echo(PIP, found.items).reply(Conversation().add("user", "Hm?")).text
    assert all(statement.text in text for statement in PIP.statements)


def test_somebody_else_answers_as_somebody_else(found: ItemSet) -> None:
    tess = load("tess")
    agent = planted.wrong_persona(found.items, tess, make_items(tess, seed=1).items)
    home = next(item for item in found.items if item.id == "stated/home.straight")
    assert "lighthouse" in ask(agent, home).replies[0]


def test_agents_of_nobody_still_answer() -> None:
    nobody = Persona("Nobody", ())
    items = make_items(nobody).items
    for agent in (planted.oracle(nobody, items), planted.contradicting(nobody, items)):
        assert all(reply for item in items for reply in ask(agent, item).replies)
        assert agent.reply(Conversation().add("user", "Hm?")).text


@pytest.fixture(scope="module")
def known() -> Iterator[KnownAnswers]:
    from guards.catalog import load_named_scorers

    yield KnownAnswers(PIP, load_named_scorers("builtin").entailment)


@pytest.mark.model
def test_planted_agents_score_as_planted(found: ItemSet, known: KnownAnswers) -> None:
    oracle = share(found, planted.oracle(PIP, found.items), known)
    contradicting = share(found, planted.contradicting(PIP, found.items), known)
    generic = share(found, planted.generic_assistant(found.items), known)
    assert oracle > 0.95
    assert contradicting < 0.2
    assert contradicting < generic < oracle


@pytest.mark.model
def test_no_control_comes_near_the_oracle(found: ItemSet, known: KnownAnswers) -> None:
    for agent in (
        planted.echo(PIP, found.items),
        planted.always_deflecting(found.items),
        planted.always_agreeing(found.items),
        planted.empty_persona(PIP, found.items),
    ):
        assert share(found, agent, known) < 0.6
