"""Attack strategies, made from a persona's statements."""

from __future__ import annotations

import pytest

from persona_sdk.personas import bundled, load
from persona_sdk.types import Conversation, Persona, as_statements
from simulators.attacks import STRATEGIES, Scene, named_strategies
from simulators.attacks.falsehoods import falsehood

TESS = Persona("Tess", as_statements(["Tess keeps bees.", "Tess is 52 years old."]))
NOBODY = Persona("Nobody", ())
AIMED = (
    "false-premise",
    "leading-question",
    "contradiction-bait",
    "repeated-pressure",
    "crescendo",
)


def turns(name: str, persona: Persona = TESS, *, seed: int = 1) -> list[str]:
    strategy = STRATEGIES[name]
    scenes = (Scene(persona, Conversation(), seed, step) for step in range(strategy.span))
    return [strategy.turn(scene).text for scene in scenes]


def test_all_nine_strategies_are_there() -> None:
    assert set(STRATEGIES) == {
        "false-premise",
        "leading-question",
        "persona-extraction",
        "contradiction-bait",
        "repeated-pressure",
        "topic-drift",
        "out-of-knowledge",
        "injection",
        "crescendo",
    }


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_attacks_every_bundled_persona(name: str) -> None:
    for persona in map(load, bundled()):
        for seed in range(5):
            said = turns(name, persona, seed=seed)
            assert all(text.strip() for text in said)
            assert not any("{" in text or "  " in text for text in said)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_persona_without_statements_is_attacked_too(name: str) -> None:
    assert all(turns(name, NOBODY))


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_seed_decides_the_turn(name: str) -> None:
    assert turns(name, seed=3) == turns(name, seed=3)
    assert len({tuple(turns(name, seed=seed)) for seed in range(20)}) > 1


@pytest.mark.parametrize("name", AIMED)
def test_what_aims_at_a_statement_names_it(name: str) -> None:
    strategy = STRATEGIES[name]
    found = {strategy.turn(Scene(TESS, Conversation(), seed)).probes for seed in range(20)}

    assert found == {("s1",), ("s2",)}


@pytest.mark.parametrize("name", ["contradiction-bait", "repeated-pressure", "crescendo"])
def test_the_turns_of_one_attack_aim_at_one_statement(name: str) -> None:
    strategy = STRATEGIES[name]
    scenes = [Scene(TESS, Conversation(), 5, step) for step in range(strategy.span)]

    assert len({strategy.turn(scene).probes for scene in scenes}) == 1


def test_a_false_premise_never_says_the_truth() -> None:
    for seed in range(30):
        said = turns("false-premise", seed=seed)[0]
        assert "you keep bees" not in said
        assert "52 years" not in said


@pytest.mark.parametrize(
    ("statement", "false"),
    [
        ("Tess keeps bees.", "don't keep bees"),
        ("Tess does not drink coffee.", "drink coffee"),
        ("Tess has never seen snow.", "have seen snow"),
        ("Tess cannot swim.", "can swim"),
        ("Tess is a nurse.", "aren't a nurse"),
        ("Tess grew up poor.", "didn't grow up poor"),
        ("Tess hates fog.", "love fog"),
        ("Tess dislikes peas.", "don't dislike peas"),
        ("Tess never knew her father.", "know your father"),
        ("Tess has no children.", "have some children"),
        ("Tess plays the violin.", "don't play the violin"),
        ("Tess owes the Red Syndicate.", "don't owe the Red Syndicate"),
    ],
)
def test_a_statement_without_a_value_is_denied(statement: str, false: str) -> None:
    tess = Persona("Tess", as_statements([statement]))

    assert falsehood(tess, tess.statements[0], seed=1) == false


def test_a_value_is_changed_to_another_of_its_kind() -> None:
    tess = Persona("Tess", as_statements(["Tess has green eyes."]))
    lies = {falsehood(tess, tess.statements[0], seed=seed) for seed in range(20)}

    assert "have blue eyes" in lies
    assert "have green eyes" not in lies


def test_a_changed_value_keeps_capital_and_article() -> None:
    tess = Persona("Tess", as_statements(["Tess is an English poet."]))
    lies = {falsehood(tess, tess.statements[0], seed=seed) for seed in range(20)}

    assert lies == {"are a French poet", "are a Japanese poet", "are a Brazilian poet"}


@pytest.mark.parametrize("name", ["contradiction-bait", "repeated-pressure", "crescendo"])
def test_a_lie_is_about_what_was_asked(name: str) -> None:
    tess = Persona("Tess", as_statements(["Tess keeps bees and lives in Lyon."]))
    for seed in range(10):
        assert not any("Lyon" in text for text in turns(name, tess, seed=seed))


def test_pressure_does_not_repeat_itself() -> None:
    assert len(set(turns("repeated-pressure"))) == 4


def test_a_crescendo_goes_from_a_question_to_an_order() -> None:
    first, *_, last = turns("crescendo")

    assert first.endswith("?")
    assert any(word in last for word in ("Confirm", "record"))


def test_an_unknown_strategy_is_named_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="'cresendo': did you mean 'crescendo'"):
        named_strategies(["cresendo"])
    with pytest.raises(ValueError, match=r"known are false-premise, .*injection"):
        named_strategies(["xyz"])
