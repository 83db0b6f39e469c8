from dataclasses import replace

import pytest

from persona_sdk.profile import BigFive, Fact, Profile, Style
from persona_sdk.types import Entailment
from simulators.profiles.plausible import age_of, conflicts, contradicted_traits


def profile(*texts, **changes):
    facts = tuple(Fact(f"f{i}", text) for i, text in enumerate(texts))
    return replace(Profile("p", facts), **changes)


@pytest.mark.parametrize(
    ("age", "fact"),
    [
        (12, "You are a retired postman."),
        (20, "You have two grandchildren."),
        (15, "You are a nurse on a cardiology ward."),
        (14, "Your wife likes opera."),
        (16, "You hold a PhD in physics."),
        (45, "You are in tenth grade."),
        (75, "You have a six-week-old daughter."),
        (13, "You teach physics."),
    ],
)
def test_an_age_that_a_fact_rules_out_is_told_with_the_fact(age, fact):
    assert conflicts(profile(f"You are {age} years old.", fact)) == (
        f"{age} years old, but: {fact}",
    )


@pytest.mark.parametrize(
    ("age", "fact"),
    [
        (71, "You are a retired teacher."),
        (68, "You have eleven grandchildren."),
        (34, "You are a nurse on a cardiology ward."),
        (15, "Your teacher drives a bus."),
        (10, "Your father is a doctor."),
        (10, "Your grandmother is retired."),
        (15, "You are in ninth grade."),
    ],
)
def test_an_age_that_fits_is_not_a_conflict(age, fact):
    assert conflicts(profile(f"You are {age} years old.", fact)) == ()


@pytest.mark.parametrize(
    ("fact", "style"),
    [
        ("You are learning English.", Style(words=40)),
        ("Your English is basic.", Style(register="formal")),
        ("You are dyslexic.", Style(typos=0.0)),
        ("You never use emoji.", Style(emoji=0.3)),
        ("You type with one thumb.", Style(words=40)),
        ("You are 9 years old.", Style(register="formal")),
    ],
)
def test_a_style_that_a_fact_rules_out_is_a_conflict(fact, style):
    assert len(conflicts(profile(fact, style=style))) == 1
    assert conflicts(profile(fact, style=Style(words=6, typos=0.05))) == ()


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("You are 34 years old.", 34),
        ("You're 34.", 34),
        ("You are about 60 years old.", 60),
        ("You are 34 floors up.", None),
        ("Your son is 4 years old.", None),
    ],
)
def test_the_age_is_read_from_what_the_user_is(text, age):
    assert age_of(profile(text)) == age


class Contradicts:
    """Finds a statement contradicted where response and statement hold these words."""

    name = "toy"

    def __init__(self, response, statement, probability=0.95):
        self.words, self.probability = (response, statement), probability
        self.asked = []

    def entailment(self, query, responses, statements):
        self.asked += zip(responses, [s.text for s in statements], strict=True)
        response, statement = self.words
        hits = [
            response in r and statement in s.text
            for r, s in zip(responses, statements, strict=True)
        ]
        p = self.probability
        return [Entailment(p, 1 - p, 0) if hit else Entailment(0, 1, 0) for hit in hits]


def test_a_marked_trait_is_held_against_every_fact():
    shy = profile("You love parties.", "You sing.", big_five=BigFive(extraversion="low"))
    scorer = Contradicts("avoid crowds", "loves parties")
    (found,) = contradicted_traits(shy, scorer)
    assert found.endswith("but: You love parties.")
    assert [statement for _, statement in scorer.asked] == [
        "The user loves parties.",
        "The user sings.",
    ]


def test_a_middling_trait_and_a_doubtful_judgement_say_nothing():
    middling = profile("You love parties.", big_five=BigFive(extraversion="mid"))
    shy = profile("You love parties.", big_five=BigFive(extraversion="low"))
    assert contradicted_traits(middling, Contradicts("", "")) == ()
    assert contradicted_traits(shy, Contradicts("", "", probability=0.85)) == ()


@pytest.mark.model
def test_the_shipped_discriminator_finds_a_recluse_who_loves_parties():
    from guards.catalog import load_named_scorers

    scorer = load_named_scorers("builtin").entailment
    facts = ("You love big parties with many people.", "You live in Leeds.")
    shy = profile(*facts, big_five=BigFive(extraversion="low"))
    outgoing = profile(*facts, big_five=BigFive(extraversion="high"))
    assert len(contradicted_traits(shy, scorer)) == 1
    assert contradicted_traits(outgoing, scorer) == ()
