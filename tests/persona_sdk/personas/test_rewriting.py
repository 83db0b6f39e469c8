import doctest

import persona_sdk.personas.rewriting
from persona_sdk.personas.rewriting import EXAMPLE_ANSWER, EXAMPLE_PASSAGE, read_answer


def test_the_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(persona_sdk.personas.rewriting).failed == 0


def test_the_answer_that_the_prompt_shows_would_be_accepted() -> None:
    found = read_answer(EXAMPLE_ANSWER, EXAMPLE_PASSAGE, "Ludwig")
    assert found.statements == tuple(EXAMPLE_ANSWER.splitlines())


def test_a_repeated_line_counts_once() -> None:
    found = read_answer("Mara bakes.\nMara bakes.", "Mara bakes.", "Mara")
    assert found.statements == ("Mara bakes.",)
