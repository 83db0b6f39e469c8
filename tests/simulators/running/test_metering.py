from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import GenerationOptions, Turn
from simulators.running.metering import MeteredModel, counting

ASKED = [Turn("user", "one two")]
OPTIONS = GenerationOptions()


def test_what_is_asked_behind_a_block_is_not_counted_in_it() -> None:
    model = MeteredModel(ScriptedModel("yes", cycle=True))
    with counting() as outer:
        with counting() as inner:
            model.generate(ASKED, options=OPTIONS)
        model.generate(ASKED, options=OPTIONS)
        model.generate(ASKED, options=OPTIONS)
    model.generate(ASKED, options=OPTIONS)
    assert (inner.usage.prompt_tokens, outer.usage.prompt_tokens) == (2, 4)


def test_pieces_of_a_stream_are_counted() -> None:
    model = MeteredModel(ScriptedModel("one two three"))
    with counting() as spent:
        pieces = list(model.stream(ASKED, options=OPTIONS))
    assert spent.usage.completion_tokens == len(pieces) > 0
