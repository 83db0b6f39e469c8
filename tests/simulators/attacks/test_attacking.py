"""Any user, who now and then attacks."""

from __future__ import annotations

from dataclasses import replace

from persona_sdk.profile import Profile, Style
from persona_sdk.types import Conversation, Persona, as_statements
from simulators.attacks import Attacking, named_strategies
from simulators.behaviour.difficulty import Difficulty
from simulators.replay import ReplayUser
from simulators.values import Move

TESS = Persona("Tess", as_statements(["Tess keeps bees.", "Tess lives in Lyon."]))
HASTY = Profile(
    "p", style=Style(lower_i=1.0, lower_start=1.0, end_mark=0.0, exclamations=0.0, courtesy=0.0)
)
REPLIES = (
    "The bees are out early.",
    "My brother fishes on Sundays.",
    "Rain came over the hill at noon.",
    "Honey sells well in winter.",
    "We sang until the lamp went out.",
)
PLAIN = ReplayUser(tuple(f"plain talk {i}" for i in range(30)))


def moves(user: Attacking, *, turns: int, reply: str = "") -> list[Move]:
    conversation, said = Conversation(), []
    for i in range(turns):
        said.append(user.move(conversation))
        answer = reply or REPLIES[i % len(REPLIES)]
        conversation = conversation.add("user", said[-1].text).add("assistant", answer)
    return said


def attacker(*names: str, seed: int = 1, **kwargs: Difficulty) -> Attacking:
    return Attacking(PLAIN, TESS, HASTY, named_strategies(names), seed=seed, **kwargs)


def test_the_first_turn_is_the_users_own() -> None:
    assert moves(attacker("injection"), turns=1)[0].attack == ""


def test_an_attack_takes_its_turns_and_then_the_user_speaks_for_himself() -> None:
    said = [move.attack for move in moves(attacker("contradiction-bait"), turns=7)]

    bait = "contradiction-bait"
    assert said == ["", bait, bait, "", bait, bait, ""]


def test_several_strategies_take_turns() -> None:
    said = {move.attack for move in moves(attacker("injection", "topic-drift"), turns=9)}

    assert said == {"", "injection", "topic-drift"}


def test_attacks_are_written_in_the_style_of_the_profile() -> None:
    attacks = [m.text for m in moves(attacker("out-of-knowledge"), turns=10) if m.attack]

    assert attacks
    assert all(text == text.lower() and text[-1] not in ".?!" for text in attacks)


def test_the_probes_stand_on_the_move() -> None:
    said = [m for m in moves(attacker("false-premise"), turns=6) if m.attack]

    assert all(move.probes in {("s1",), ("s2",)} for move in said)


def test_an_impatient_attacker_still_gives_up() -> None:
    class Quitter:
        def move(self, conversation: Conversation) -> Move:
            return Move("bye", "gave_up")

    injection = named_strategies(["injection"])
    talk = Conversation().add("user", "hi").add("assistant", "I don't know.")
    short = Attacking(Quitter(), TESS, Profile("p", patience=1), injection)
    patient = Attacking(Quitter(), TESS, Profile("p", patience=4), injection)
    hard = Difficulty(impatience=1.0)

    assert short.move(talk).status == "gave_up"
    assert patient.move(talk).attack == "injection"
    assert replace(patient, difficulty=hard).move(talk).status == "gave_up"


def test_without_strategies_nothing_changes() -> None:
    assert [m.text for m in moves(attacker(), turns=3)] == [f"plain talk {i}" for i in range(3)]


def test_difficulty_draws_attacks_of_its_own() -> None:
    said = moves(attacker(difficulty=Difficulty(false_premise=1.0)), turns=4)

    assert [m.attack for m in said] == ["", *["false-premise"] * 3]


def test_the_same_conversation_gives_the_same_attack() -> None:
    talk = Conversation().add("user", "hi").add("assistant", "Hello.")

    assert attacker("crescendo").move(talk) == attacker("crescendo").move(talk)


def test_a_single_drawn_contradiction_already_claims_one() -> None:
    said = moves(attacker(difficulty=Difficulty(contradiction=1.0)), turns=3)

    assert all(" you " in f" {m.text} " or "your" in m.text for m in said[1:])
    assert any(w in m.text for m in said[1:] for w in ("said", "told", "contradicting", "talked"))
