import threading
from collections.abc import Callable, Generator

import pytest

from persona_sdk.errors import ModelBusy
from persona_sdk.models.turnstile import Turnstile


def test_the_thread_that_holds_it_is_refused() -> None:
    turnstile = Turnstile("builtin")
    with turnstile, pytest.raises(ModelBusy, match="'builtin' is still writing"), turnstile:
        pass


def test_another_thread_waits_its_turn() -> None:
    turnstile = Turnstile("builtin")
    order: list[str] = []

    def later() -> None:
        with turnstile:
            order.append("second")

    with turnstile:
        thread = threading.Thread(target=later)
        thread.start()
        order.append("first")
    thread.join(timeout=60)
    assert order == ["first", "second"]


def test_it_opens_again_after_an_error() -> None:
    turnstile = Turnstile("builtin")
    with pytest.raises(KeyError), turnstile:
        raise KeyError
    with turnstile:
        pass


def letters() -> Generator[str, None, None]:
    yield from "abc"


def elsewhere(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()


def pass_through(turnstile: Turnstile, passed: list[str]) -> None:
    with turnstile:
        passed.append("through")


def test_a_stream_is_held_by_the_thread_that_took_its_last_piece() -> None:
    turnstile = Turnstile("builtin")
    stream = turnstile.stream(letters())
    assert next(stream) == "a"
    with pytest.raises(ModelBusy):
        turnstile.refuse_holder()
    refused: list[str] = []

    def read_on_and_ask() -> None:
        refused.append(next(stream))
        try:
            pass_through(turnstile, refused)
        except ModelBusy:
            refused.append("busy")

    elsewhere(read_on_and_ask)
    assert refused == ["b", "busy"]
    turnstile.refuse_holder()  # this thread reads it no more
    assert next(stream) == "c"
    with pytest.raises(ModelBusy):
        turnstile.refuse_holder()
    assert list(stream) == []
    pass_through(turnstile, refused)


def test_the_thread_that_reads_a_stream_no_more_waits_for_its_end() -> None:
    turnstile = Turnstile("builtin")
    stream = turnstile.stream(letters())
    next(stream)
    elsewhere(lambda: next(stream))
    passed: list[str] = []
    closer = threading.Timer(0.05, lambda: (passed.append("closed"), stream.close()))
    closer.start()
    pass_through(turnstile, passed)
    closer.join()
    assert passed == ["closed", "through"]


@pytest.mark.parametrize("leave", ["close", "drop"])
def test_a_stream_that_is_left_opens_it_behind_the_writer(leave: str) -> None:
    turnstile = Turnstile("builtin")
    left: list[bool] = []

    def writer() -> Generator[str, None, None]:
        try:
            yield "a"
        finally:
            left.append(turnstile._lock.locked())

    stream = turnstile.stream(writer())
    next(stream)
    if leave == "close":
        elsewhere(stream.close)
    del stream
    assert left == [True]
    elsewhere(lambda: pass_through(turnstile, []))
