import threading
from collections.abc import Sequence

import pytest

from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Completion, GenerationOptions, Turn
from simulators.running.limits import LimitedModel, Limits

ASKED = [Turn("user", "one two three four")]
OPTIONS = GenerationOptions(max_tokens=6)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limited(limits: Limits, clock: Clock, reply: str = "yes") -> LimitedModel:
    model = ScriptedModel(reply, cycle=True)
    return LimitedModel(model, limits, clock=clock, sleep=clock.sleep)


def test_requests_wait_until_a_minute_holds_fewer() -> None:
    clock = Clock()
    model = limited(Limits(requests=2), clock)
    for _ in range(5):
        model.generate(ASKED, options=OPTIONS)
    assert clock.now == 120
    assert clock.slept == [60, 60]


def test_tokens_wait_until_a_minute_holds_fewer() -> None:
    clock = Clock()
    model = limited(Limits(tokens=20), clock)
    # Asked for with 4 + 6 tokens each, but taken with 4 + 1.
    for _ in range(3):
        model.generate(ASKED, options=OPTIONS)
    assert clock.slept == []
    model.generate(ASKED, options=OPTIONS)
    assert clock.slept == [60]


def test_a_request_above_the_limit_goes_alone() -> None:
    clock = Clock()
    model = limited(Limits(tokens=5), clock)
    model.generate(ASKED, options=OPTIONS)
    assert clock.slept == []
    model.generate(ASKED, options=OPTIONS)
    assert clock.slept == [60]


def test_a_stream_counts_as_a_request() -> None:
    clock = Clock()
    model = limited(Limits(requests=1), clock)
    assert "".join(model.stream(ASKED, options=OPTIONS)) == "yes"
    assert "".join(model.stream(ASKED, options=OPTIONS)) == "yes"
    assert clock.slept == [60]


def test_no_more_requests_than_granted_are_under_way_at_once() -> None:
    most, now, lock = 0, 0, threading.Lock()
    met = threading.Barrier(2)

    class Slow(ScriptedModel):
        def generate(
            self, messages: Sequence[Turn], *, options: GenerationOptions
        ) -> list[Completion]:
            nonlocal most, now
            with lock:
                now += 1
                most = max(most, now)
            met.wait(30)
            with lock:
                now -= 1
            return super().generate(messages, options=options)

    model = LimitedModel(Slow("yes", cycle=True), Limits(in_flight=2))
    threads = [
        threading.Thread(target=model.generate, args=(ASKED,), kwargs={"options": OPTIONS})
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_it_says_what_the_model_inside_says() -> None:
    model = limited(Limits(), Clock())
    assert (model.name, model.context_size, model.count_tokens(ASKED)) == ("scripted", 4096, 4)


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="requests must be at least 1, was: 0"):
        Limits(requests=0)


def test_processes_together_keep_within_the_limits() -> None:
    assert Limits(requests=11, tokens=400).shared(4) == Limits(requests=2, tokens=100)


def test_a_limit_that_is_too_small_to_be_shared_is_refused() -> None:
    with pytest.raises(ValueError, match="4 processes cannot share a limit of 3"):
        Limits(requests=3).shared(4)
