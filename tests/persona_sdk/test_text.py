"""Making model text fit to be shown."""

from persona_sdk.text import clean, joined, whole_sentences
from persona_sdk.types import Persona, as_statements

TESS = Persona("Tess Marlow", as_statements(["Tess keeps bees."]))


def test_a_name_label_is_dropped_once() -> None:
    assert clean("Tess: Tess: hi", TESS) == "Tess: hi"
    assert clean("Tess Marlow : hi", TESS) == "hi"


def test_control_characters_are_dropped_and_line_breaks_stay() -> None:
    assert clean("a\x1b[31m\x07b\nc\x00", TESS) == "a[31mb\nc"


def test_joining_adds_a_space_only_where_none_is() -> None:
    assert joined("I am.", "You are.") == "I am. You are."
    assert joined("I am.", "\nYou are.") == "I am.\nYou are."
    assert joined("", "You are.") == "You are."


def test_a_cut_off_sentence_goes_unless_it_is_the_only_one() -> None:
    assert whole_sentences("I am Tess. I keep be") == "I am Tess."
    assert whole_sentences("I am Tess and I keep be") == "I am Tess and I keep be"
    assert whole_sentences("I am Tess. I keep bees!") == "I am Tess. I keep bees!"
