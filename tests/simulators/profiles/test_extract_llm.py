import doctest
import json

import pytest

import simulators.profiles.extract_llm
import simulators.profiles.extract_plain
from persona_sdk.errors import ContextOverflow, ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Entailment, Query, Statement, Turn
from simulators.profiles.extract_llm import ModelExtractor
from simulators.profiles.extract_plain import PlainExtractor
from simulators.profiles.log_values import LoggedConversation


def talk(*said: str) -> LoggedConversation:
    return LoggedConversation("c", tuple(Turn("user", text) for text in said), "log.jsonl:1")


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.extract_llm).failed == 0
    assert doctest.testmod(simulators.profiles.extract_plain).failed == 0


def test_a_fact_without_evidence_is_dropped_and_told() -> None:
    answer = {"1": "You are a nurse. You live on Mars.", "2": "The user loves roses."}
    model = ScriptedModel([json.dumps(answer)])
    extraction = ModelExtractor(model, lines=2).extract(
        talk("hello", "I'm a nurse.", "I grow roses.")
    )
    assert [(f.text, f.evidence) for f in extraction.profile.facts] == [
        ("You are a nurse.", (1,)),
        ("You love roses.", (2,)),
    ]
    assert [tuple(d) for d in extraction.dropped] == [
        ("You live on Mars.", "shares 0% of its words with a line")
    ]


def test_the_model_is_held_to_one_text_for_each_line() -> None:
    model = ScriptedModel(['{"1": ""}'])
    ModelExtractor(model).extract(talk("Is it? I'm a nurse."))
    schema = json.loads(model.options[0].json_schema)
    assert schema["required"] == ["1"] and schema["additionalProperties"] is False
    assert model.prompts[0][-1].content == "1: I'm a nurse."


def test_long_logs_are_read_window_by_window() -> None:
    model = ScriptedModel(['{"1": "You have cats."}'], cycle=True)
    said = [f"I have {i} cats." for i in range(7)]
    profile = ModelExtractor(model, lines=3).extract(talk(*said)).profile
    assert len(model.prompts) == 3
    assert profile.facts[0].evidence == (0, 3, 6)


def test_a_fact_that_cites_the_wrong_line_gets_the_right_one() -> None:
    model = ScriptedModel(['{"1": "You have a dog.", "2": ""}'])
    profile = ModelExtractor(model, lines=2).extract(talk("I like tea.", "I have a dog.")).profile
    assert [f.evidence for f in profile.facts] == [(1,)]


def test_a_window_without_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="lines must be at least 1, was: 0"):
        ModelExtractor(ScriptedModel([]), lines=0)


def test_a_window_that_overflows_is_halved() -> None:
    class Small(ScriptedModel):
        def generate(self, messages, *, options):  # type: ignore[no-untyped-def]
            if messages[-1].content.count("\n"):
                raise ContextOverflow("too long")
            return super().generate(messages, options=options)

    model = Small(['{"1": "You have a cat."}', '{"1": "You have a dog."}'])
    profile = ModelExtractor(model, lines=2).extract(talk("I have a cat.", "I have a dog.")).profile
    assert [f.evidence for f in profile.facts] == [(0,), (1,)]


def test_a_scorer_has_the_last_word() -> None:
    class Never:
        name = "never"

        def entailment(
            self, query: Query, responses: list[str], statements: list[Statement]
        ) -> list[Entailment]:
            return [Entailment(0.0, 1.0, 0.0)] * len(statements)

    model = ScriptedModel(['{"1": "You are a nurse."}'])
    extraction = ModelExtractor(model, Never()).extract(talk("I'm a nurse."))
    assert extraction.profile.facts == ()
    assert extraction.dropped[0].reason == "not entailed by its turn (0.00)"
    assert extraction.profile.source == "log.jsonl:1 (llm scripted, never)"


@pytest.mark.parametrize("answer", ["", "no json", '{"1": 5}', '{"7": "You are a nurse."}', "{"])
def test_an_answer_that_cannot_be_read_gives_no_fact(answer: str) -> None:
    assert ModelExtractor(ScriptedModel([answer])).extract(talk("I'm a nurse.")).profile.facts == ()


def test_the_errors_of_the_model_are_passed_on() -> None:
    with pytest.raises(ModelError):
        ModelExtractor(ScriptedModel([])).extract(talk("I'm a nurse."))


def test_the_plain_way_checks_nothing() -> None:
    model = ScriptedModel(["Profile:\n- The user lives on Mars.\n- She is a nurse."])
    profile = PlainExtractor(model).extract(talk("I'm a nurse.")).profile
    assert [f.text for f in profile.facts] == ["You live on Mars.", "You are a nurse."]
    assert profile.facts[0].evidence == ()


@pytest.mark.model
def test_the_embedded_model_keeps_to_the_schema() -> None:
    from persona_sdk.models.catalog import load_model

    extraction = ModelExtractor(load_model("builtin")).extract(talk("I have two dogs."))
    assert all(f.evidence == (0,) for f in extraction.profile.facts)
    assert extraction.profile.facts or extraction.dropped
