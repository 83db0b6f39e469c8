import pytest

from simulators.gym.known_answers.grammar import wording_of


@pytest.mark.parametrize(
    ("predicate", "question", "value"),
    [
        ("bakes soda bread on Sundays", "What do you bake?", "soda bread on Sundays"),
        ("met Charles in 1833", "What or whom did you meet?", "Charles in 1833"),
        ("has published two novels", "What have you published?", "two novels"),
        ("was betrayed by a friend", "What or whom were you betrayed by?", "a friend"),
        ("sleeps in a hammock", "Where do you sleep?", "a hammock"),
        ("talks to the sea", "What or whom do you talk to?", "the sea"),
        ("cheats at dice", "What do you cheat at?", "dice"),
        ("juggles to relax", "What do you juggle for?", "relax"),
        ("tried to design a wing", "What did you try to do?", "design a wing"),
        ("asks pupils to check it", "What do you ask of pupils?", "to check it"),
        ("helps only with kettles", "What or whom do you help with?", "kettles"),
        ("specializes in fish", "What do you specialize in?", "fish"),
        (
            "'s human colleagues work at night",
            "What can you tell me about your human colleagues?",
            "at night",
        ),
    ],
)
def test_the_object_is_asked_for(predicate: str, question: str, value: str) -> None:
    wording = wording_of(predicate)
    assert wording is not None
    assert (wording.straight[0], wording.value) == (question, value)


@pytest.mark.parametrize("predicate", ["snores", "is a widow", "runs away to sea"])
def test_sentences_without_an_object_are_not_asked_this_way(predicate: str) -> None:
    assert wording_of(predicate) is None


@pytest.mark.parametrize(
    "predicate", ["takes figures of speech literally", "was switched on the day the ship departed"]
)
def test_where_the_object_alone_says_nothing_there_is_no_question(predicate: str) -> None:
    assert wording_of(predicate) is None
