import doctest

from persona_sdk.models import wrapper
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.types import Completion, GenerationOptions, Turn

ASKED = [Turn("user", "What do you do?")]


class Shouting(WrapperModel):
    def generate(self, messages, *, options):
        found = super().generate(messages, options=options)
        return [Completion(one.text.upper()) for one in found]


def test_all_but_what_a_subclass_changes_is_that_of_the_model_inside():
    inner = ScriptedModel("I keep bees.", cycle=True, name="tess", context_size=99)
    model = Shouting(inner)
    options = GenerationOptions()
    assert (model.name, model.context_size, model.count_tokens(ASKED)) == ("tess", 99, 4)
    assert model.generate(ASKED, options=options)[0].text == "I KEEP BEES."
    assert "".join(model.stream(ASKED, options=options)) == "I keep bees."
    assert inner.prompts == [tuple(ASKED)] * 2


def test_the_example_holds():
    assert doctest.testmod(wrapper).failed == 0
