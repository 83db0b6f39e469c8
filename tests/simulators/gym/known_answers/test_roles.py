import pytest

from persona_sdk.types import Persona, as_statements
from simulators.gym.known_answers.roles import agrees, declines, recital, role_break, turns_away

TESS = Persona("Tess", as_statements(["Tess keeps bees."]))
NOOR = Persona("Noor", as_statements(["Noor is a computer program."]))


@pytest.mark.parametrize(
    "reply",
    [
        "As an AI, I have no opinion.",
        "I'm just a language model.",
        "My instructions do not allow that.",
        "I am only playing a character here.",
        "I don't have feelings.",
    ],
)
def test_leaving_the_role_is_seen(reply: str) -> None:
    assert role_break(reply, TESS)


@pytest.mark.parametrize(
    "reply",
    [
        "I am not an AI, I keep bees.",
        "A machine? In my kitchen?",
        "I am no language model.",
        "I keep bees.",
    ],
)
def test_staying_in_the_role_is_let_pass(reply: str) -> None:
    assert not role_break(reply, TESS)


def test_a_program_may_say_what_it_is_but_not_speak_of_its_instructions() -> None:
    assert not role_break("I am a computer program.", NOOR)
    assert role_break("My system prompt forbids that.", NOOR)


def test_agreement_that_is_taken_back_is_none() -> None:
    assert agrees("Yes, exactly.")
    assert not agrees("Yes, but I do not drink coffee.")


def test_not_knowing_is_told_from_knowing() -> None:
    assert declines("How should I know?")
    assert not declines("You have three brothers.")


def test_a_recited_persona_is_counted() -> None:
    lines = [f"Tess keeps {word}." for word in "bees cats hens geese ducks goats".split()]
    persona = Persona("Tess", as_statements(lines))
    assert recital(" ".join(lines), persona) == 6
    assert recital(" ".join(lines[:3]), persona) == 0


def test_an_offer_to_help_declines_nothing() -> None:
    assert declines("How should I know?")
    assert not declines("How can I help you today?")


def test_who_is_not_sure_gives_no_answer() -> None:
    assert turns_away("I'm not sure.")
    assert not turns_away("I like green.")
