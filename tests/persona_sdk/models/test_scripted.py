from collections.abc import Sequence

import pytest

from persona_sdk.errors import ContextOverflow, ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import GenerationOptions, Turn

ASK = [Turn("system", "You are Tess."), Turn("user", "What do you do?")]


def test_replies_come_in_order() -> None:
    model = ScriptedModel(["one", "two"])
    said = [model.generate(ASK, options=GenerationOptions())[0].text for _ in range(2)]
    assert said == ["one", "two"]


def test_an_exhausted_script_says_how_many_replies_it_had() -> None:
    model = ScriptedModel(["one"])
    model.generate(ASK, options=GenerationOptions())
    with pytest.raises(ModelError, match="asked for reply 2 and has 1"):
        model.generate(ASK, options=GenerationOptions())


def test_a_cycled_script_begins_again() -> None:
    model = ScriptedModel(["one", "two"], cycle=True)
    said = [c.text for c in model.generate(ASK, options=GenerationOptions(n=3))]
    assert said == ["one", "two", "one"]


def test_one_text_is_one_reply_not_its_letters() -> None:
    assert ScriptedModel("hello").generate(ASK, options=GenerationOptions())[0].text == "hello"


def test_a_function_answers_from_the_messages() -> None:
    def echo(messages: Sequence[Turn]) -> str:
        return messages[-1].content.upper()

    assert ScriptedModel(echo).generate(ASK, options=GenerationOptions())[0].text == (
        "WHAT DO YOU DO?"
    )


def test_prompts_and_options_are_recorded() -> None:
    model = ScriptedModel("hello")
    options = GenerationOptions(seed=3)
    list(model.stream(ASK, options=options))
    assert model.prompts == [tuple(ASK)]
    assert model.options == [options]


def test_stream_yields_words_that_join_to_the_reply() -> None:
    pieces = list(ScriptedModel("I keep\n bees. ").stream(ASK, options=GenerationOptions()))
    assert pieces == ["I", " keep", "\n bees. "]


def test_stream_refuses_more_than_one_candidate() -> None:
    with pytest.raises(ValueError, match="must be 1 for a stream, was: 2"):
        ScriptedModel("hello").stream(ASK, options=GenerationOptions(n=2))


def test_an_assistant_turn_is_continued() -> None:
    messages = [*ASK, Turn("assistant", "I keep")]
    reply = ScriptedModel("I keep bees.").generate(messages, options=GenerationOptions())[0]
    assert reply.text == " bees."


def test_text_ends_before_a_stop_string() -> None:
    options = GenerationOptions(stop=("\nUser:",))
    reply = ScriptedModel("I keep bees.\nUser: why?").generate(ASK, options=options)[0]
    assert (reply.text, reply.finish_reason) == ("I keep bees.", "stop")


def test_max_tokens_cuts_words_and_says_so() -> None:
    reply = ScriptedModel("I keep bees.").generate(ASK, options=GenerationOptions(max_tokens=2))[0]
    assert (reply.text, reply.finish_reason) == ("I keep", "length")


def test_words_are_the_tokens() -> None:
    model = ScriptedModel("I keep bees.")
    reply = model.generate(ASK, options=GenerationOptions())[0]
    assert (model.count_tokens(ASK), reply.prompt_tokens, reply.completion_tokens) == (7, 7, 3)


def test_a_prompt_that_fills_the_context_names_both_numbers() -> None:
    with pytest.raises(ContextOverflow, match=r"has 7 tokens.*holds 7"):
        ScriptedModel("hello", context_size=7).generate(ASK, options=GenerationOptions())
