"""What a loop learns from and what it holds out have no topic in common."""

from pathlib import Path

import pytest

from persona_sdk.cli.gate_probes import FileQueries, probes_for, same_text
from persona_sdk.cli.loop_queries import deal, topic_of
from persona_sdk.personas import load
from persona_sdk.types import Persona
from simulators.gym.known_answers.generate import make_items
from simulators.gym.known_answers.items import Item

SEED = 7


@pytest.fixture(scope="module")
def people() -> list[Persona]:
    return [load("tess"), load("pip")]


def held_items(people: list[Persona], seen: tuple[str, ...]) -> list[Item]:
    gone = frozenset(map(same_text, seen))
    found = []
    for persona in people:
        probes = probes_for(persona, 1000, FileQueries(), gone, seed=SEED)
        found += [probe.item for probe in probes if probe.item is not None]
    return found


def test_no_topic_stands_on_both_sides(people: list[Persona]) -> None:
    dealt = deal(people, None, most=1000, seed=SEED)
    asked = {same_text(talk.query) for _, talk in dealt.learned}
    assert asked <= set(map(same_text, dealt.seen))
    items = [item for p in people for item in make_items(p, seed=SEED).items]
    learned = {
        topic_of(item) for item in items if any(same_text(turn) in asked for turn in item.turns)
    }
    held = {topic_of(item) for item in held_items(people, dealt.seen)}
    assert len(learned) > 10
    assert len(held) > 10
    assert learned & held == set()


def test_what_is_not_drawn_to_learn_from_is_not_asked_by_the_gate_either(
    people: list[Persona],
) -> None:
    few, many = (deal(people, None, most=most, seed=SEED) for most in (3, 1000))
    assert len(few.learned) == 6
    assert few.seen == many.seen


def test_the_same_seed_deals_the_same_and_another_seed_otherwise(people: list[Persona]) -> None:
    one, same, other = (deal(people, None, most=20, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_half_of_a_file_is_held_out(people: list[Persona], tmp_path: Path) -> None:
    file = tmp_path / "q.txt"
    file.write_text("".join(f"What of widget {i}?\n" for i in range(10)))
    dealt = deal(people, file, most=1000, seed=SEED)
    held = {talk.query for talk in dealt.held}
    mine = {talk.query for _, talk in dealt.learned if "widget" in talk.query}
    assert (len(held), len(mine)) == (5, 5)
    assert held & mine == set()
    assert mine <= set(dealt.seen)


def test_a_topic_is_the_same_in_every_wording() -> None:
    ids = ["stated/age.straight", "stated/age.twice", "retest/age.turn-8", "false-premise/age"]
    assert {topic_of(Item(one, "Tess", "stated", ("How old?",))) for one in ids} == {"age"}


def test_nothing_is_learned_from_what_no_statement_answers(people: list[Persona]) -> None:
    asked = {same_text(talk.query) for _, talk in deal(people, None, most=1000, seed=3).learned}
    items = [item for p in people for item in make_items(p, seed=3).items]
    idle = [item for item in items if not item.statement_ids]
    assert {"bait", "unknowable"} <= {item.kind for item in idle}
    assert not asked & {same_text(item.turns[0]) for item in idle}
