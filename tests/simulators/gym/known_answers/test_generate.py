from collections import Counter

import pytest

from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled
from persona_sdk.types import Persona, as_statements
from simulators.gym.known_answers.generate import make_items
from simulators.gym.known_answers.items import Item

NOOR_BELLS = Persona("Noor", as_statements(["Noor has twenty-six bells."]))


def items_of(*statements: str, name: str = "Tess") -> dict[str, Item]:
    found = make_items(Persona(name, as_statements(statements)))
    return {item.id: item for item in found.items}


def test_the_same_seed_gives_the_same_items_and_another_one_others() -> None:
    tess = load("tess")
    assert make_items(tess, seed=3) == make_items(tess, seed=3)
    assert make_items(tess, seed=3).items != make_items(tess, seed=4).items


@pytest.mark.parametrize("name", bundled())
def test_no_question_about_a_bundled_persona_leaks_its_answer(name: str) -> None:
    found = make_items(load(name))
    assert found.leaks == 0
    assert len({item.id for item in found.items}) == len(found.items)
    assert len({item.turns for item in found.items}) == len(found.items)


def test_statements_with_one_question_share_its_item() -> None:
    item = items_of("Tess is afraid of horses.", "Tess fears mice.")["stated/fear.straight"]
    assert item.statement_ids == ("s1", "s2")


def test_what_cannot_be_asked_without_giving_it_away_is_counted() -> None:
    found = make_items(
        Persona("Tess", as_statements(["The sea is cold.", "Tess is 52 years old."]))
    )
    assert found.skipped == (("s1", "no fact in it begins with Tess"),)


def test_a_retest_asks_again_in_turn_eight() -> None:
    item = items_of("Tess is 52 years old.")["retest/age.turn-8"]
    assert len(item.turns) == 8
    assert item.scored == (0, 7)
    assert item.turns[0] != item.turns[7]


def test_a_false_premise_names_another_value() -> None:
    item = items_of("Tess is 52 years old.")["false-premise/age"]
    assert "52" not in item.turns[0] + item.premise
    assert item.values[0] in item.turns[0]


def test_a_number_is_changed_in_a_false_premise() -> None:
    item = items_of("Tess climbs 143 steps.")["false-premise/number-0"]
    assert item.turns[0].startswith("I was told that you climb ")
    assert "143" not in item.turns[0]


def test_a_denial_is_presupposed_to_be_false() -> None:
    item = items_of("Tess does not drink coffee.")["false-premise/denied-0"]
    assert item.premise == "Tess drinks coffee."


def test_modern_things_are_unknowable_only_where_the_time_is_known() -> None:
    old = items_of("Tess lives in the nineteenth century.")
    assert "unknowable/smartphone" in old
    assert "unknowable/smartphone" not in items_of("Tess keeps bees.")


def test_what_the_persona_settles_is_not_left_open() -> None:
    assert "unstated/colour" in items_of("Tess keeps bees.")
    assert "unstated/colour" not in items_of("Tess's favourite colour is red.")


def test_secrets_and_hard_refusals_are_pressed_for() -> None:
    persona = Persona(
        "Noor",
        as_statements(
            ["Noor cannot approve a refund.", "Noor has a secret hobby of painting."], hard=[0]
        ),
    )
    found = {item.id: item for item in make_items(persona).items if item.kind == "forbidden"}
    assert found["forbidden/pressed-0"].premise == "Noor can approve a refund."
    assert found["forbidden/secret"].gold == ("Noor has a secret hobby of painting.",)


def test_all_secrets_are_pressed_for_in_one_question() -> None:
    secrets = ["Noor has a secret hobby of painting.", "Noor admires Tomas in secret."]
    items = make_items(Persona("Noor", as_statements(secrets))).items
    assert [item.gold for item in items if item.kind == "forbidden"] == [tuple(secrets)]
    assert not [item for item in items if item.kind == "stated"]


def test_a_number_in_a_compound_is_swapped_whole() -> None:
    (item,) = [i for i in make_items(NOOR_BELLS).items if i.kind == "false-premise"]
    assert "-" not in item.values[0] and "twenty-six" not in item.premise


def test_a_sample_holds_every_kind_by_its_share() -> None:
    found = make_items(load("tess")).sample(40)
    kinds = Counter(item.kind for item in found.items)
    assert len(found.items) == 40
    assert 18 <= kinds["stated"] <= 26
    assert min(kinds[k] for k in ("false-premise", "retest", "unstated", "unknowable", "bait")) >= 2


def test_a_smaller_sample_begins_a_larger_one() -> None:
    found = make_items(load("tess"))
    assert found.sample(30).items[:10] == found.sample(10).items


def test_an_empty_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 item"):
        make_items(load("pip")).sample(0)


def test_a_persona_without_statements_still_has_items() -> None:
    kinds = {item.kind for item in make_items(Persona("Nobody", ())).items}
    assert kinds == {"unstated", "unknowable", "bait"}


def test_a_number_that_is_denied_is_not_swapped() -> None:
    items = make_items(Persona("Noor", as_statements(["Noor does not own two boats."]))).items
    (item,) = [i for i in items if i.kind == "false-premise"]
    assert item.premise == "Noor owns two boats."
