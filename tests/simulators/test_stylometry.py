import pytest

from persona_sdk.profile import Style
from simulators.stylometry import measure_style, register_of


def test_a_terse_lower_case_writer_is_casual() -> None:
    style = measure_style(["hi", "i dont know lol", "u tell me :)"])
    assert style.words == 3
    assert (style.lower_start, style.end_mark, style.apostrophes) == (1.0, 0.0, 0.0)
    assert (style.lower_i, style.emoji) == (1.0, pytest.approx(1 / 3))
    assert style.shorthand == pytest.approx(2 / 8)
    assert style.register == "casual"


@pytest.mark.parametrize("text", ["Let f(u) = u^2", "If y is larger", "solve 2x - y for y", "R→R"])
def test_variables_are_no_shorthand(text: str) -> None:
    assert measure_style([text]).shorthand == 0


def test_letters_for_words_are_shorthand() -> None:
    assert measure_style(["y r u sad", "k"]).shorthand == pytest.approx(4 / 5)
    assert measure_style(["i <3 u", "come w/ u"]).shorthand == pytest.approx(3 / 6)


def test_a_careful_writer_is_formal() -> None:
    text = "I don't believe that we have met before, and I'd like to know who you are."
    assert measure_style([text, text]).register == "formal"


def test_phrases_are_those_of_several_turns() -> None:
    style = measure_style(["to be honest no", "yes, to be honest.", "never"])
    assert style.phrases == ("to be honest",)


def test_misspelt_words_are_counted_by_the_speller() -> None:
    assert measure_style(["teh end"], misspelt=lambda word: word == "teh").typos == 0.5


def test_turns_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a turn with words"):
        measure_style(["...", ""])


def test_the_plain_style_is_neutral() -> None:
    assert register_of(Style(words=10)) == "neutral"
