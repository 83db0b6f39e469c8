import pytest

from simulators.profiles.claims import claims
from simulators.profiles.goals import goals_of
from simulators.profiles.implied import implied
from simulators.profiles.material import is_play, own_words


@pytest.mark.parametrize(
    "turn",
    [
        "Write a story: I am a dragon and I live in a cave. My wife is a witch.",
        "Translate: I am a student from Spain.",
        "hi, fix my email: Dear sir, I am John and I work at Google.",
        "Please summarize the following text:\nI was born in Rome. I have two dogs.",
        "I want you to act as a Linux terminal. I am the admin.",
        "Pretend that I am your daughter and I love horses.",
        "Imagine I'm in Japan. I have a dog and my wife is a nurse.",
        "Let's roleplay. I am a knight.",
    ],
)
def test_material_and_plays_tell_nothing_of_the_user(turn: str) -> None:
    assert claims(turn) == []
    assert implied(turn) == []


def test_what_stands_before_the_material_counts() -> None:
    assert claims("I'm a nurse. Translate this: I am a pilot.") == ["You are a nurse."]


@pytest.mark.parametrize(
    "turn",
    [
        "I write novels: I am a novelist.",
        "About me: I am a nurse.",
        "I check the time at 10:30 every day.",
    ],
)
def test_a_colon_alone_hands_nothing_over(turn: str) -> None:
    assert own_words(turn) == turn


def test_to_speak_of_acting_is_no_play() -> None:
    assert not is_play("I act as a guide at weekends and pretend to like it.")


def test_goals_leave_the_material_out_and_name_the_other_side() -> None:
    assert goals_of(["fix my email: Dear sir, I am John."]) == ("Ask them to fix your email.",)
    assert goals_of(["I want you to act as a Linux terminal."]) == (
        "Get them to act as a Linux terminal.",
    )
