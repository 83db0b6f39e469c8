"""Simulated users in the place of real ones."""

from __future__ import annotations

import pytest

from persona_sdk.types import Conversation
from simulators.imitation import Moment, moments, next_turns, spoken
from simulators.protocols import User
from simulators.values import Move

TALK = (
    Conversation()
    .add("user", "hi")
    .add("assistant", "Hello.")
    .add("user", " ")
    .add("user", "where is it")
)


class Counter:
    """Says how much it has heard."""

    def __init__(self, number: int) -> None:
        self.number = number

    def move(self, conversation: Conversation) -> Move:
        return Move(f"{self.number}: {len(conversation)}")


def test_every_turn_of_a_person_is_a_moment_with_what_came_before() -> None:
    found = moments("c", TALK, about="Find it.")

    assert [(m.real, len(m.history), m.about) for m in found] == [
        ("hi", 0, "Find it."),
        ("where is it", 3, "Find it."),
    ]


def test_each_moment_has_a_user_of_its_own_who_sees_the_real_history() -> None:
    def make(moment: Moment, number: int) -> User:
        return Counter(number)

    assert next_turns(moments("c", TALK), make) == ("0: 0", "1: 3")


def test_turns_are_gathered_by_conversation_without_the_empty_ones() -> None:
    points = [*moments("c", TALK), *moments("d", TALK)]

    found = spoken(points, ("one", "two", "", " "))
    assert [(one.id, one.user) for one in found] == [("c", ("one", "two"))]


def test_every_moment_needs_a_text() -> None:
    with pytest.raises(ValueError, match="2 moments need as many texts, were: 1"):
        spoken(moments("c", TALK), ("one",))
