import pytest

from persona_sdk.types import Persona
from simulators.gym.known_answers.manner import measured, measures_of


def test_only_measurable_notes_are_measured() -> None:
    voice = ("Warm, in short plain sentences.", "Asks visitors questions.", "Dry humour.")
    assert [m.name for m in measures_of(Persona("Tess", (), voice=voice))] == ["short", "asks"]


def test_a_catchphrase_is_looked_for() -> None:
    persona = Persona("Tess", (), voice=('Often says "by my beard".',))
    (measure,) = measures_of(persona)
    assert measured(measure.name, ["By my beard, no."], measure.phrases).passed
    assert not measured(measure.name, ["No."], measure.phrases).passed


def test_long_sentences_are_not_short() -> None:
    assert measured("short", ["I see."]).passed
    assert not measured("short", ["and so " * 12]).passed


def test_half_of_the_replies_must_ask() -> None:
    assert measured("asks", ["Why?", "No."]).passed
    assert not measured("asks", ["Why?", "No.", "Yes."]).passed


def test_loose_writing_is_not_formal() -> None:
    assert measured("formal", ["Good day."]).passed
    assert not measured("formal", ["idk lol"]).passed


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(ValueError, match="no measure is called 'loud'"):
        measured("loud", ["Hi."])
