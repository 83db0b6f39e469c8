"""The user without a model."""

from __future__ import annotations

import itertools
import random

from persona_sdk.profile import Fact, Profile, Style
from persona_sdk.types import Conversation, Persona, as_statements
from simulators.agenda import AgendaUser
from simulators.behaviour.difficulty import Difficulty
from simulators.values import Move

TESS = Persona(
    "Tess",
    as_statements(
        [
            "Tess keeps bees.",
            "Tess lives in Lyon.",
            "Tess is 52 years old.",
            "Tess has two sisters.",
            "Tess does not drink coffee.",
            "Tess was born in Rome.",
        ]
    ),
)
NURSE = Profile(
    "p",
    (Fact("f1", "You are a nurse.", disclosure="opening"), Fact("f2", "You have two cats.")),
    goals=("Find out how to keep bees.",),
    style=Style(lower_start=0.8, end_mark=0.5, typos=0.02),
)
REPLIES = (
    "My bees fly over the hill in the morning.",
    "I have lived by the river for years.",
    "Honey pays for the rest.",
    "My sister paints, and my house is full of her work. Do you paint?",
)


def moves(user: AgendaUser, *, turns: int = 6, replies: tuple[str, ...] = REPLIES) -> list[Move]:
    conversation, said = Conversation(), []
    answers = itertools.cycle(random.Random(user.seed).sample(replies, len(replies)))
    for _ in range(turns):
        move = user.move(conversation)
        said.append(move)
        if move.status != "running":
            break
        conversation = conversation.add("user", move.text).add("assistant", next(answers))
    return said


def test_fifty_conversations_of_six_turns_hardly_repeat_a_turn() -> None:
    said = [m.text for seed in range(50) for m in moves(AgendaUser(NURSE, TESS, seed=seed))]

    assert len(said) > 250
    assert len(set(said)) / len(said) > 0.85


def test_the_first_turn_opens_unprompted_and_tells_the_opening_fact() -> None:
    first = AgendaUser(NURSE, TESS, seed=3).move(Conversation())

    assert first.text
    assert first.status == "running"
    assert "f1" in first.disclosed
    assert first.probes


def test_the_questions_go_through_all_statements() -> None:
    probed = {
        id
        for seed in range(20)
        for m in moves(AgendaUser(NURSE, TESS, seed=seed))
        for id in m.probes
    }

    assert probed == {statement.id for statement in TESS.statements}


def test_what_comes_next_follows_from_the_conversation_alone() -> None:
    talk = Conversation().add("user", "hi").add("assistant", "My bees are asleep.")

    assert AgendaUser(NURSE, TESS, seed=5).move(talk) == AgendaUser(NURSE, TESS, seed=5).move(talk)


def test_a_user_who_gets_no_answers_gives_up_with_a_word() -> None:
    last = moves(AgendaUser(NURSE, TESS, seed=1), turns=9, replies=("I don't know.",))[-1]

    assert last.status == "gave_up"
    assert last.text


def test_the_impatient_give_up_sooner() -> None:
    slow, fast = (
        len(moves(AgendaUser(NURSE, TESS, seed=1, difficulty=d), turns=9, replies=("No idea.",)))
        for d in (Difficulty(), Difficulty(impatience=1.0))
    )

    assert fast < slow


def test_content_users_leave_with_a_goodbye() -> None:
    ends = [moves(AgendaUser(NURSE, TESS, seed=seed), turns=20)[-1] for seed in range(10)]

    assert {move.status for move in ends} == {"satisfied"}
    assert all(move.text for move in ends)


def test_a_persona_without_statements_can_be_talked_to() -> None:
    assert AgendaUser(Profile("p"), Persona("Nobody", ()), seed=1).move(Conversation()).text


def said_after(reply: str, *, seeds: int = 40, persona: Persona = TESS) -> list[str]:
    """Return what users without facts and with plain hands say to a reply."""
    plain = Profile("p", style=Style(lower_start=0, courtesy=0, exclamations=0))
    talk = Conversation().add("user", "hi").add("assistant", reply)
    return [AgendaUser(plain, persona, seed=seed).move(talk).text for seed in range(seeds)]


def test_nobody_says_yes_to_an_open_question() -> None:
    opened, closed = (said_after(asked) for asked in ("What do you do?", "Do you like it?"))

    assert not any(text.startswith(("Yes", "Sometimes", "Me?")) for text in opened)
    assert any(text.startswith(("Yes", "Sometimes", "Me?")) for text in closed)


def test_a_question_behind_a_comma_begins_small() -> None:
    users = (AgendaUser(Profile("p"), TESS, seed=seed) for seed in range(80))
    greeted = [t for t in (u.move(Conversation()).text for u in users) if t.startswith("Tess, ")]

    assert greeted
    assert all(text[6].islower() or text[6:8] == "I " for text in greeted)


def test_a_follow_up_names_the_whole_thing() -> None:
    said = " ".join(said_after("I sing at my favourite bar by the sea."))

    assert "your favourite bar" in said
    assert "your favourite?" not in said
