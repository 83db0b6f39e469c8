"""Prompts: what comes first, what leaves when there is no room."""

import pytest

from persona_sdk.errors import ContextOverflow
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.prompts import PromptBuilder, Strategy, continuing, with_hint
from persona_sdk.types import (
    Conversation,
    Example,
    Persona,
    Turn,
    Violation,
    as_statements,
)

FACTS = ["Tess keeps bees.", "Tess never drinks coffee.", "Tess was born in Cork."]
TESS = Persona(
    "Tess",
    as_statements(FACTS),
    greeting="Come in!",
    examples=(Example("Busy?", "Always, with the bees."),),
)


def talk(*lines: str) -> Conversation:
    conversation = Conversation()
    for i, line in enumerate(lines):
        conversation = conversation.add("assistant" if i % 2 else "user", line)
    return conversation


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count)


def model(context_size: int = 1000) -> ScriptedModel:
    return ScriptedModel(["ok"], context_size=context_size)


def test_the_persona_block_is_first_and_the_same_bytes_on_every_turn() -> None:
    builder, engine = PromptBuilder(), model()
    one = builder.build(TESS, talk("hi"), engine, reserve=50)
    two = builder.build(TESS, talk("hi", "hello", "coffee?"), engine, reserve=50)
    assert one.messages[0] == two.messages[0]
    assert one.messages[0].role == "system"
    assert all(fact in one.messages[0].content for fact in FACTS)


def test_turns_before_the_first_user_turn_are_not_sent() -> None:
    conversation = Conversation((Turn("assistant", "Come in!"), Turn("user", "hi")))
    prompt = PromptBuilder().build(TESS, conversation, model(), reserve=50)
    assert [t.role for t in prompt.messages] == ["system", "user"]
    assert prompt.notes == ()


@pytest.mark.parametrize(
    ("strategy", "in_block"),
    [("name-only", 0), ("experience", 0), ("long-context", 3), ("retrieval", 1)],
)
def test_each_baseline_lists_the_statements_it_should(strategy: Strategy, in_block: int) -> None:
    builder = PromptBuilder(strategy, top_k=1)
    prompt = builder.build(TESS, talk("Do you drink coffee?"), model(), reserve=50)
    block = prompt.messages[0].content
    assert sum(fact in block for fact in FACTS) == in_block
    assert (FACTS[1] in block) == (in_block > 0)


def test_experience_shows_exchanges_in_the_first_person() -> None:
    prompt = PromptBuilder("experience").build(TESS, talk("hi"), model(), reserve=50)
    shown = [t.content for t in prompt.messages if t.role == "assistant"]
    assert shown == [
        "Always, with the bees.",
        "I keep bees.",
        "I never drink coffee.",
        "I was born in Cork.",
    ]


def test_the_oldest_turns_leave_first_and_a_note_says_so() -> None:
    conversation = talk(words(50, "old"), words(50, "older"), "new question")
    prompt = PromptBuilder().build(TESS, conversation, model(150), reserve=20)
    assert [t.content for t in prompt.messages[1:]] == ["new question"]
    assert all(fact in prompt.messages[0].content for fact in FACTS)
    assert prompt.notes == ("the context is full: the 2 oldest turns are no longer seen",)


def test_a_persona_that_does_not_fit_keeps_the_relevant_statements_and_says_so() -> None:
    facts = [*FACTS, *(f"Tess knows {words(20, f'w{i}')}." for i in range(50))]
    big = Persona("Tess", as_statements(facts))
    prompt = PromptBuilder().build(big, talk("Do you drink coffee?"), model(200), reserve=20)
    assert "Tess never drinks coffee." in prompt.messages[0].content
    assert "does not fit the context" in prompt.notes[0]
    assert model().count_tokens(prompt.messages) <= 180


def test_a_user_turn_that_fits_nowhere_is_one_clear_error() -> None:
    with pytest.raises(ContextOverflow, match=r"needs \d+ tokens .* 180 are free: shorten"):
        PromptBuilder().build(TESS, talk(words(500)), model(200), reserve=20)


def test_a_hint_goes_to_the_end_of_the_last_user_turn_only() -> None:
    prompt = PromptBuilder().build(TESS, talk("hi"), model(), reserve=50)
    statement = TESS.statements[1]
    violation = Violation(statement, "I love coffee.", 0, 14, "speech", 0.9, 0.5, 0.8)
    hinted = with_hint(continuing(prompt.messages, "I am"), [violation, violation])
    assert hinted[0] == prompt.messages[0]
    assert hinted[-1] == Turn("assistant", "I am")
    assert hinted[-2].content.count(statement.text) == 1


@pytest.mark.parametrize("kwargs", [{"strategy": "all"}, {"top_k": 0}])
def test_bad_settings_name_the_value(kwargs: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="was:"):
        PromptBuilder(**kwargs)  # type: ignore[arg-type]
