import pytest

from persona_sdk.models.prefix_states import PrefixStates


def size_of(state: bytearray, tokens: int) -> int:
    return len(state)


def test_the_least_recently_used_state_leaves_first() -> None:
    states = PrefixStates(10, size_of)
    states.put([1], bytearray(4))
    states.put([2], bytearray(4))
    states.get([1])
    states.put([3], bytearray(4))
    assert [states.get([i]) is not None for i in (1, 2, 3)] == [True, False, True]


def test_the_bytes_held_never_exceed_the_capacity() -> None:
    states = PrefixStates(10, size_of)
    for i in range(5):
        states.put([i], bytearray(3))
    assert (len(states), states.size) == (3, 9)


def test_a_state_that_alone_is_too_big_is_not_kept() -> None:
    states = PrefixStates(10, size_of)
    states.put([1], bytearray(11))
    assert (states.get([1]), states.size) == (None, 0)


def test_a_state_is_replaced_not_counted_twice() -> None:
    states = PrefixStates(10, size_of)
    states.put([1], bytearray(6))
    states.put([1], bytearray(7))
    assert (len(states), states.size) == (1, 7)


def test_a_negative_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="must be at least 0, was: -1"):
        PrefixStates(-1, size_of)


def test_states_can_be_measured_by_their_tokens() -> None:
    states: PrefixStates[str] = PrefixStates(5, lambda state, tokens: tokens)
    states.put([1, 2, 3], "a")
    states.put([4, 5], "b")
    states.put([6], "c")
    assert (len(states), states.size) == (2, 3)
