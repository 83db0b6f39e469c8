"""How a user tells a fact in other words."""

from __future__ import annotations

import re

import pytest

from persona_sdk.profile import Fact, Profile
from simulators.behaviour.disclosure import told_facts
from simulators.profiles.catalog import load_profiles
from simulators.profiles.render import as_reply
from simulators.writing.tellings import reworded, telling


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("You are 34 years old.", "I'm 34 now."),
        ("You have a seven-year-old son.", "My seven-year-old son would like you."),
        ("You are a nurse.", "Nurse here."),
        ("You are an actor.", "Being an actor, I wonder about such things."),
        ("You are learning English.", "Learning English at the moment."),
        ("You begin early.", "I'm used to beginning early."),
        ("You never eat meat.", "I'm not one for eating meat."),
    ],
)
def test_a_fact_is_put_in_other_words(fact: str, told: str) -> None:
    assert told in reworded(Fact("f1", fact))


@pytest.mark.parametrize(
    "fact",
    [
        "Your wife died four years ago.",
        "You have not placed a bet for months.",
        "You fly for the first time on Friday.",
        "Vives en Lima.",
        "你住在上海。",
    ],
)
def test_what_no_rule_reads_is_told_as_it_stands(fact: str) -> None:
    one = Fact("f1", fact)

    assert reworded(one) == ()
    assert telling(one, seed=1).rstrip(".") == as_reply(one).rstrip(".")


def test_bundled_users_seldom_tell_their_facts_word_for_word() -> None:
    facts = [f for profile in load_profiles("bundled") for f in profile.facts]
    plain = sum(as_reply(f) == telling(f, seed=i) for i, f in enumerate(facts))

    assert 0.1 < plain / len(facts) < 0.25


def test_every_rewording_is_known_as_telling_its_fact() -> None:
    for profile in load_profiles("bundled"):
        for fact in profile.facts:
            alone = Profile("p", (fact,))
            assert all(told_facts(alone, line) for line in reworded(fact)), fact


def test_a_rewording_holds_none_of_the_gaps_of_its_pattern() -> None:
    for profile in load_profiles("bundled"):
        lines = [line for fact in profile.facts for line in reworded(fact)]
        assert all(line.endswith(".") and not re.search(r"[{}]", line) for line in lines)


def test_a_figure_must_be_said_to_tell_an_age() -> None:
    user = Profile("p", (Fact("f1", "You are 34 years old."), Fact("f2", "You live in Leeds.")))

    assert told_facts(user, "my seven-year-old son") == ()
    assert told_facts(user, "34 here, from leeds") == ("f1", "f2")
