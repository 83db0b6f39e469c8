import json

import pytest

from persona_sdk.errors import ContextOverflow
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Profile
from simulators.metrics.mentions import Told
from simulators.metrics.spoken import Spoken
from simulators.metrics.subjective_judge import grade, judged_sc_score

TOLD = Told(Spoken("a", ("whats that", "ok thx")), Profile("p", subjective="You are terse."))


def test_the_grade_of_the_judge_counts():
    found = judged_sc_score([TOLD, TOLD], ScriptedModel(['{"score": 4}', '{"score": 5}']))
    assert found.value == 4.5 and found.made_with == (("judge", "scripted"),)


@pytest.mark.parametrize("answer", ["fine", '{"score": 9}', '{"score": true}', "[4]", "{}"])
def test_an_answer_that_is_no_grade_is_no_score(answer):
    found = grade(TOLD, ScriptedModel([answer]))
    assert found.value is None and "from 1 to 5" in found.reason


def test_what_was_not_graded_is_left_out_and_told():
    found = judged_sc_score([TOLD, TOLD], ScriptedModel(['{"score": 2}', "fine"]))
    assert found.value == 2.0 and "1 without a grade" in found.note
    assert judged_sc_score([TOLD], ScriptedModel(["fine"])).value is None


def test_the_judge_sees_manner_and_messages_only():
    model = Watching()
    grade(TOLD, model)
    asked = " ".join(turn.content for turn in model.seen)
    assert "You are terse." in asked and "whats that" in asked
    assert json.loads(model.schema)["properties"]["score"]["enum"] == [1, 2, 3, 4, 5]


def test_the_judge_reads_the_beginning_of_a_long_conversation():
    model = Watching()
    turns = ("x" * 500, *(f"turn number {i}" for i in range(1, 20)))
    grade(Told(Spoken("a", turns), TOLD.profile), model)
    asked = model.seen[-1].content
    assert "x" * 400 in asked and "x" * 401 not in asked
    assert "turn number 11" in asked and "turn number 12" not in asked


def test_messages_without_room_are_no_score():
    class Narrow(Watching):
        def generate(self, messages, *, options):
            raise ContextOverflow("too long")

    found = judged_sc_score([TOLD], Narrow())
    assert found.value is None and "no room for the messages: too long" in found.reason


class Watching(ScriptedModel):
    def __init__(self) -> None:
        super().__init__(['{"score": 3}'])

    def generate(self, messages, *, options):
        self.seen, self.schema = messages, options.json_schema
        return super().generate(messages, options=options)
