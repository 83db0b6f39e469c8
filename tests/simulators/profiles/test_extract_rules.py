import doctest
from pathlib import Path

import pytest

import simulators.profiles.extract_rules
import simulators.profiles.extraction
from guards.scripted import WordEntailment
from persona_sdk.types import Entailment, Query, Statement, Turn
from simulators.profiles.extract_rules import RuleExtractor
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.logs import read_logs

EXCERPTS = Path(__file__).parent / "excerpts"


def talk(*said: str) -> LoggedConversation:
    turns = [turn for text in said for turn in (Turn("user", text), Turn("assistant", "I am 99."))]
    return LoggedConversation("c", tuple(turns), "logs/log.jsonl:7")


class Scorer:
    """Entails what `value` says of the statement."""

    name = "toy"

    def __init__(self, values: dict[str, float]) -> None:
        self.values = values

    def entailment(
        self, query: Query, responses: list[str], statements: list[Statement]
    ) -> list[Entailment]:
        found = [self.values.get(s.text, 0.0) for s in statements]
        return [Entailment(0.0, 1 - value, value) for value in found]


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.extract_rules).failed == 0
    assert doctest.testmod(simulators.profiles.extraction).failed == 0


def test_facts_carry_their_turns_and_only_the_users_count() -> None:
    profile = RuleExtractor().extract(talk("Hi, I'm a nurse.", "ok", "I am a nurse!")).profile
    assert [(f.id, f.text, f.attribute, f.evidence) for f in profile.facts] == [
        ("f1", "You are a nurse.", "occupation", (0, 2))
    ]
    assert profile.source == "log.jsonl:7 (rules)"
    assert profile.facts[0].disclosure == "opening"


def test_a_plan_belongs_to_the_scene() -> None:
    facts = RuleExtractor().extract(talk("hi", "I would like to travel to Japan.")).profile.facts
    assert [(f.kind, f.disclosure) for f in facts] == [("scene-related", "on-request")]


def test_the_last_age_holds() -> None:
    extraction = RuleExtractor().extract(talk("I am 25 years old.", "Oops, I am 26 years old."))
    assert [f.text for f in extraction.profile.facts] == ["You are 26 years old."]
    assert [tuple(d) for d in extraction.dropped] == [
        ("You are 25 years old.", "another age later")
    ]


def test_a_scorer_drops_what_no_turn_entails_and_adds_what_one_does() -> None:
    scorer = Scorer({"Sam is a nurse.": 0.9, "Sam likes to cook.": 0.99})
    extraction = RuleExtractor(scorer).extract(talk("I'm a nurse.", "I bake bread every day."))
    assert [f.text for f in extraction.profile.facts] == ["You are a nurse.", "You like to cook."]
    assert [d.text for d in extraction.dropped] == ["You bake bread every day."]
    assert extraction.profile.source.endswith("(rules, toy)")


def test_a_scorer_alone_gives_nobody_children() -> None:
    scorer = Scorer({"Sam has children.": 0.99, "Sam spends time with their family.": 0.9})
    profile = RuleExtractor(scorer).extract(talk("I spend time with my family.")).profile
    assert "You have children." not in [f.text for f in profile.facts]
    own = RuleExtractor(scorer).extract(talk("I spend my evenings with the kids.")).profile
    assert "You have children." in [f.text for f in own.facts]


def test_other_languages_give_a_style_and_no_facts() -> None:
    extraction = RuleExtractor().extract(talk("Я медсестра, мне 25 лет.", "как дела?"))
    assert extraction.profile.facts == () and extraction.profile.language == "und"
    assert extraction.profile.style.questions == 0.5
    assert "not in English" in extraction.notes[0]


def test_a_user_of_signs_alone_gets_the_plain_style() -> None:
    assert RuleExtractor().extract(talk("?!", "...")).profile.style.words == 12.0


def test_the_same_log_gives_the_same_profile() -> None:
    one = talk("I'm a nurse and I love my two dogs.", "What should I cook?")
    assert RuleExtractor().extract(one) == RuleExtractor().extract(one)


def test_a_real_speaker_is_read() -> None:
    log = read_logs(EXCERPTS / "synthetic_persona_chat.txt", user="User 1")
    baker, farmer = (RuleExtractor().extract(one).profile for one in log.conversations)
    assert "You love to bake cookies." in [fact.text for fact in baker.facts]
    assert "You are a bee farmer." in [fact.text for fact in farmer.facts]
    assert all("psychology" not in fact.text for fact in baker.facts)  # the other one studies it


def test_a_very_long_turn_is_read_quickly_enough() -> None:
    extraction = RuleExtractor().extract(talk("I am a nurse. " + "of the " * 200_000))
    assert [fact.text for fact in extraction.profile.facts] == ["You are a nurse."]


@pytest.mark.model
def test_the_shipped_scorer_keeps_true_facts_and_finds_plain_ones() -> None:
    from guards.catalog import load_named_scorers

    extractor = RuleExtractor(load_named_scorers("builtin").entailment)
    profile = extractor.extract(talk("I have two dogs and I work as a nurse.")).profile
    texts = [fact.text for fact in profile.facts]
    assert "You have two dogs." in texts and "You work as a nurse." in texts


def test_word_overlap_serves_as_a_scorer() -> None:
    profile = RuleExtractor(WordEntailment()).extract(talk("I grow roses in my garden.")).profile
    assert "You grow roses in your garden." in [fact.text for fact in profile.facts]
