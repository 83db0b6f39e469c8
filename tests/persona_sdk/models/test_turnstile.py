import threading

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
