from guards.scripted import CONTRADICTED, ENTAILED, ScriptedEntailment, WordEntailment
from persona_sdk.types import Entailment, Persona, as_statements
from simulators.gym.known_answers.marks import Bars
from simulators.gym.known_answers.reading import Reader, answers_nothing, sentences

TESS = Persona("Tess", as_statements(["Tess keeps bees.", "Tess does not drink coffee."]))


def reader(scores: dict[tuple[str, str], Entailment] | None = None) -> Reader:
    return Reader(ScriptedEntailment(scores) if scores else WordEntailment(), TESS)


def test_the_sentence_that_expresses_a_fact_is_named() -> None:
    found = reader({("bees", "f1"): ENTAILED}).expressed(
        "Hm?", "I keep bees. And you?", ["A b.", "C d."]
    )
    assert found.probability == 0.96
    assert "bees" in found.sentence


def test_an_opening_that_touches_nothing_needs_a_higher_bar() -> None:
    doubt = {("easy", "f0"): Entailment(0.8, 0.1, 0.1), ("bees", "f0"): Entailment(0.8, 0.1, 0.1)}
    facts = ["Tess keeps bees."]
    assert reader(doubt).against("Hm?", "Oh, that is easy.", facts, Bars()) is None
    assert reader(doubt).against("Hm?", "Never any bees.", facts, Bars()) is not None


def test_a_sentence_that_is_right_is_not_held_against_another_fact() -> None:
    scores = {("bees", "f0"): CONTRADICTED}
    found = reader(scores)
    assert found.against("Hm?", "I keep bees.", ["A b."], Bars(), without=["I keep bees."]) is None


def test_only_statements_that_a_sentence_touches_are_judged_beside() -> None:
    found = reader().elsewhere("Hm?", "I drink coffee.", beside=())
    assert found.fact == "Tess does not drink coffee."
    assert reader().elsewhere("Hm?", "I drink coffee.", beside=("s2",)).probability < 0.5


def test_agreement_and_repetition_answer_nothing() -> None:
    assert answers_nothing("Yes, exactly.", "Do you bake?")
    assert answers_nothing("Yes, I bake.", "Do you bake?")
    assert not answers_nothing("Rye bread.", "Do you bake?")
    assert not answers_nothing("No, never.", "Do you bake?")


def test_replies_that_have_nothing_to_do_with_each_other_need_a_higher_bar() -> None:
    doubt = {("easy", "f0"): Entailment(0.8, 0.1, 0.1), ("keep", "f0"): Entailment(0.8, 0.1, 0.1)}
    found = reader(doubt)
    assert found.apart("Hm?", "I keep bees.", "Oh, that is easy.", Bars()) is None
    assert found.apart("Hm?", "I keep no bees.", "I keep bees.", Bars()) is not None


def test_a_name_is_held_only_against_a_fact_with_a_name() -> None:
    doubt = {("Gull", f"f{i}"): Entailment(0.8, 0.1, 0.1) for i in range(2)}
    found, said = reader(doubt), "I live at Gull Point."
    assert found.against("Hm?", said, ["Tess was born to a fisherman."], Bars()) is None
    assert found.against("Hm?", said, ["Tess was born at Hollin Bay."], Bars()) is not None


def test_stage_directions_say_nothing() -> None:
    assert sentences("(laughs) I keep bees.") == ["I keep bees."]
    assert sentences("*shrugs*") == []
