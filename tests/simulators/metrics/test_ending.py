from persona_sdk.types import Reply
from simulators.metrics.ending import esr, stopped_early
from simulators.metrics.spoken import Spoken
from simulators.values import Dialogue, Exchange, Move

LIVELY = Spoken(
    "a", ("where do you live", "what do you eat there", "any pets"), ("Rome.", "Rice.", "A cat.")
)
AGAIN = Spoken("b", ("where do you live now", "where do you live now"), ("Rome.", "Rome."))
GOODBYES = Spoken("c", ("hi there", "Bye!", "Thanks, bye."), ("Hello.", "Goodbye!", "Take care."))


def test_the_share_of_conversations_in_a_loop():
    found = esr([LIVELY, AGAIN, GOODBYES, LIVELY])
    assert found.value == 0.5 and found.better == "lower"


def test_a_loop_in_the_middle_counts():
    later = (*AGAIN.user, "what do you eat", "any pets at home")
    assert esr([Spoken("d", later, ("Rome.",) * 4)]).value == 1.0


def test_goodbyes_cannot_be_seen_without_the_other_side():
    found = esr([Spoken("c", GOODBYES.user)])
    assert found.value == 0.0 and "without the other side" in found.note


def test_nothing_said_is_a_reason():
    assert esr([]).value is None


def test_a_run_that_stopped_a_loop_stopped_early():
    exchange = Exchange(Move("hi"), Reply("Hello."))
    assert stopped_early(Dialogue(0, "p", 0, (exchange,), "loop"))
    assert not stopped_early(Dialogue(0, "p", 0, (exchange,), "satisfied"))
