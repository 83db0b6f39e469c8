import doctest
import json
import logging
from pathlib import Path

import pytest

import persona_sdk.personas.split
from persona_sdk.errors import ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.personas import lint_persona, split_profile
from persona_sdk.types import Persona, as_statements

PROSE = "Mara is a baker and lives in Lyon with her two cats. She hates rain."
BY_RULES = [
    "Mara is a baker.",
    "Mara lives in Lyon.",
    "Mara lives with her two cats.",
    "Mara hates rain.",
]
BY_MODEL = ["Mara is a baker.", "Mara has two cats in Lyon.", "Mara hates rain."]


def test_the_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(persona_sdk.personas.split).failed == 0


def test_prose_becomes_atomic_statements_that_name_the_character() -> None:
    assert split_profile(PROSE, "Mara") == BY_RULES


def test_hard_wrapped_lines_are_one_sentence() -> None:
    assert split_profile("Mara is\na baker.", "Mara") == ["Mara is a baker."]


def test_list_items_become_sentences() -> None:
    text = "- a baker\n* Loves rain\n2) Her shop opens at five\n- 40 years old"
    assert split_profile(text, "Mara") == [
        "Mara is a baker.",
        "Mara loves rain.",
        "Mara's shop opens at five.",
        "Mara is 40 years old.",
    ]


def test_key_and_value_lines_become_sentences() -> None:
    text = "Name: Mara Levin\nAge: 40\nBackground: Grew up in Nice. She misses it.\nHobbies: chess"
    assert split_profile(text, "Mara") == [
        "Mara's full name is Mara Levin.",
        "Mara's age is 40.",
        "Mara grew up in Nice.",
        "Mara misses it.",
        "Mara's hobbies are chess.",
    ]


def test_brackets_stay_in_their_sentence() -> None:
    assert split_profile("Mara was born in 1980 (in Nice).", "Mara") == [
        "Mara was born in 1980 (in Nice)."
    ]


def test_a_second_person_profile_turns_to_the_third() -> None:
    text = "You are Mara, a baker from Lyon. You're never late and you don't drink coffee. "
    assert split_profile(text + "Never reveal the recipe.", "Mara") == [
        "Mara is a baker from Lyon.",
        "Mara is never late and Mara doesn't drink coffee.",
        "Mara never reveals the recipe.",
    ]


def test_a_first_person_profile_turns_to_the_third() -> None:
    text = 'I am Mara. I live in Lyon and work as a baker. My cats like me. I say "I bake" a lot.'
    assert split_profile(text, "Mara") == [
        "Mara lives in Lyon.",
        "Mara works as a baker.",
        "Mara's cats like Mara.",
        'Mara says "I bake" a lot.',
    ]


def test_a_pronoun_for_somebody_else_stays_with_the_sentence_that_says_who() -> None:
    assert split_profile("Mara loves her cats. They sleep all day.", "Mara") == [
        "Mara loves her cats. They sleep all day."
    ]
    assert split_profile("Mara has a sister. She lives in Rome.", "Mara") == [
        "Mara has a sister. She lives in Rome."
    ]


def test_repeats_are_dropped() -> None:
    assert split_profile("Mara bakes.\n\nMara bakes.", "Mara") == ["Mara bakes."]


@pytest.mark.parametrize("text", ["", " \n\n\t"])
def test_an_empty_profile_has_no_statements(text: str) -> None:
    assert split_profile(text, "Mara") == []


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the name"):
        split_profile(PROSE, " ")


def test_other_scripts_are_cut_into_sentences() -> None:
    assert split_profile("アリスはギタリストです。海が好きです。", "アリス") == [
        "アリスはギタリストです。",
        "海が好きです。",
    ]


def test_a_long_profile_is_split_in_one_go() -> None:
    text = " ".join(f"She owns book {i} and lends chair {i}." for i in range(2_000))
    assert len(split_profile("Mara sings. Her voice is low. " + text, "Mara")) == 4_002


def test_the_statements_of_a_profile_name_the_character_and_are_atomic() -> None:
    statements = split_profile(PROSE, "Mara")
    persona = Persona("Mara", as_statements(statements), fallbacks=("Who knows?",))
    assert lint_persona(persona) == []


def test_a_model_rewrites_each_passage_at_temperature_zero() -> None:
    model = ScriptedModel(["1. " + "\n- ".join(BY_MODEL), "Mara sings."])
    assert split_profile(PROSE + "\n\nShe sings.", "Mara", model=model) == [
        *BY_MODEL,
        "Mara sings.",
    ]
    assert [options.temperature for options in model.options] == [0.0, 0.0]
    assert model.prompts[0][-1].content == f"Character: Mara\nPassage: {PROSE}"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("", "is empty"),
        ("Mara is a baker.\nThe baker lives in Lyon.", "does not name Mara: 'The baker"),
        ("Mara is " + "a very good " * 20 + "baker.", "longer than its source"),
        ("Mara is a baker.\nMara lives in", "no whole sentence: 'Mara lives in'"),
        ("Mara studied astrophysics under seventeen emperors.", "words that the passage"),
        ("Lady Mara is a baker in Lyon.", "names 'Lady', which the passage does not"),
        ("Mara is a baker.", "leaves out more than half"),
    ],
)
def test_an_unusable_answer_falls_back_to_the_rules_and_says_so(answer: str, fault: str) -> None:
    told: list[str] = []
    found = split_profile(PROSE, "Mara", model=ScriptedModel(answer), tell=told.append)
    assert found == BY_RULES
    assert len(told) == 1
    assert told[0].startswith("passage 1: split by rules, as the model's answer ")
    assert fault in told[0]


def test_what_a_model_copies_whole_is_cut_by_the_rules() -> None:
    assert split_profile(PROSE, "Mara", model=ScriptedModel(PROSE.replace("She", "\nMara"))) == (
        BY_RULES
    )


def test_without_a_listener_the_fall_back_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        split_profile(PROSE, "Mara", model=ScriptedModel(""))
    assert "passage 1: split by rules" in caplog.text


def test_a_failing_model_is_not_papered_over() -> None:
    with pytest.raises(ModelError):
        split_profile(PROSE, "Mara", model=ScriptedModel([]))


def test_the_profile_of_the_paper_s_alice_is_split() -> None:
    rows = json.loads((Path(__file__).parent / "alice_profile.json").read_text(encoding="utf-8"))
    found = split_profile(rows["passage"], "Alice")
    assert len(found) >= 18
    assert all("Alice" in statement for statement in found)
