"""A user who says what a real one said."""

from __future__ import annotations

from persona_sdk.types import Conversation
from simulators.replay import ReplayUser, replayed

LOG = (
    Conversation()
    .add("assistant", "Welcome.")
    .add("user", "hi")
    .add("assistant", "Hello.")
    .add("user", "")
    .add("user", "where is it")
)


def test_the_turns_come_in_order_and_the_last_one_ends() -> None:
    user = replayed(LOG, end="gave_up")
    first = user.move(Conversation().add("assistant", "Something else."))
    last = user.move(Conversation().add("user", "hi").add("assistant", "Whatever."))

    assert (first.text, first.status) == ("hi", "running")
    assert (last.text, last.status) == ("where is it", "gave_up")


def test_when_nothing_is_left_the_user_goes_without_a_word() -> None:
    assert ReplayUser(()).move(Conversation()).status == "satisfied"
    assert ReplayUser(()).move(Conversation()).text == ""
