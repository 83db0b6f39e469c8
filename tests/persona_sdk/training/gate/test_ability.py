from collections import Counter
from collections.abc import Sequence

import pytest

from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.training.gate.ability import Question, chosen, is_right, questions, written
from persona_sdk.training.gate.chats import chats, surprise_of
from persona_sdk.training.gate.likelihood import Likelihood, surprise
from persona_sdk.types import Turn


class Likes:
    """Finds each word of what it likes certain, every other word e⁻² likely."""

    def __init__(self, *liked: str) -> None:
        self._liked = liked

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        return [0.0 if continuation in self._liked else -2.0 for _ in continuation.split()]


def test_there_are_many_questions_each_with_one_right_answer() -> None:
    found = questions()
    assert len(found) == len({question.ask for question in found}) >= 240
    assert all(question.right not in question.wrong for question in found)
    assert min(Counter(q.kind for q in found).values()) >= 20


def test_the_likeliest_answer_is_chosen() -> None:
    question = Question("facts", "What is frozen water?", "Ice", ("Steam", "Sand"))
    assert chosen(Likes("Ice"), question) == "Ice"
    assert chosen(Likes("Sand"), question) == "Sand"


@pytest.mark.parametrize("cost", [-2.0, float("nan")])
def test_a_model_without_a_preference_is_never_right(cost: float) -> None:
    class Indifferent(Likes):
        def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
            return [cost]

    asked = [question for question in questions() if question.wrong]
    assert not any(is_right(one, chosen(Indifferent(), one)) for one in asked)


@pytest.mark.parametrize(
    ("reply", "right"), [("Yes.", True), (" yes ", True), ("Yes, it is.", False), ("", False)]
)
def test_a_written_answer_is_compared_without_case_and_stops(reply: str, right: bool) -> None:
    question = Question("format", "Yes or no?", "yes")
    assert is_right(question, written(ScriptedModel(reply or " "), question)) is right


def test_the_fixed_chats_are_many_and_unlike() -> None:
    assert len(chats()) == len({chat.said for chat in chats()}) >= 20


def test_surprise_is_the_mean_of_what_the_words_cost() -> None:
    chat = chats()[0]
    assert surprise_of(Likes(), chat) == 2.0
    assert surprise_of(Likes(chat.said), chat) == 0.0
    assert surprise(Likes(), [Turn("user", "Well?")], "") is None


def test_a_model_that_only_talks_tells_no_probabilities() -> None:
    assert isinstance(Likes(), Likelihood)
    assert not isinstance(ScriptedModel("Hm."), Likelihood)
