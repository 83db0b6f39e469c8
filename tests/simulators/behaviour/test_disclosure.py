"""Which facts a user tells, and when."""

from __future__ import annotations

from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Conversation
from simulators.behaviour.disclosure import due_fact, told_facts

NURSE = Fact("f1", "You are a nurse.", attribute="occupation", disclosure="opening")
CATS = Fact("f2", "You have two cats.", attribute="family")
DEBTS = Fact("f3", "You have gambling debts.", disclosure="hidden")
PROFILE = Profile("p", (NURSE, CATS, DEBTS))


def test_an_opening_fact_is_told_at_once_and_only_once() -> None:
    assert due_fact(PROFILE, Conversation(), seed=1) == NURSE
    told = Conversation().add("user", "hi, im a nurse").add("assistant", "I see.")
    assert due_fact(PROFILE, told, seed=1) != NURSE


def test_a_fact_that_was_asked_for_is_told() -> None:
    asked = Conversation().add("user", "hi, im a nurse").add("assistant", "Have you any cats?")

    assert due_fact(PROFILE, asked, seed=1) == CATS


def test_a_fact_is_asked_for_by_what_it_is_about() -> None:
    profile = Profile("p", (Fact("f1", "You are a nurse.", attribute="occupation"),))
    asked = Conversation().add("user", "hi").add("assistant", "What do you do for a living?")

    assert due_fact(profile, asked, seed=1) is not None


def test_a_hidden_fact_is_never_due() -> None:
    talk = Conversation().add("user", "hi").add("assistant", "Have you gambling debts?")

    assert due_fact(Profile("p", (DEBTS,)), talk, seed=1) is None


def test_facts_on_request_come_gradually() -> None:
    profile = Profile("p", (CATS,))
    talk = Conversation().add("user", "hi").add("assistant", "Hello.")
    when = [due_fact(profile, talk, seed=i) is not None for i in range(200)]

    assert 0.15 < sum(when) / 200 < 0.4


def test_told_facts_name_hidden_ones_too() -> None:
    assert told_facts(PROFILE, "ok, i have debts from gambling") == ("f3",)
    assert told_facts(PROFILE, "what a nice day") == ()
