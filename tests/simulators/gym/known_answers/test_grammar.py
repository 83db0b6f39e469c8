import pytest

from simulators.gym.known_answers.grammar import wording_of


@pytest.mark.parametrize(
    ("predicate", "question", "value"),
    [
        ("bakes soda bread on Sundays", "What do you bake?", "soda bread on Sundays"),
        ("met Charles in 1833", "What did you meet?", "Charles in 1833"),
        ("has published two novels", "What have you published?", "two novels"),
        ("was betrayed by a friend", "What or whom were you betrayed by?", "a friend"),
        ("sleeps in a hammock", "Where do you sleep?", "a hammock"),
        ("talks to the sea", "What or whom do you talk to?", "the sea"),
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
