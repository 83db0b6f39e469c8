from persona_sdk.types import Persona, as_statements
from simulators.gym.known_answers.claims import claims_of


def predicates(*statements: str, name: str = "Eve") -> list[str]:
    return [claim.predicate for claim in claims_of(Persona(name, as_statements(statements)))]


def test_leading_phrases_and_trailing_asides_are_cut() -> None:
    text = "Early in her career, Eve was mentored by a spy, which shaped her approach."
    assert predicates(text) == ["was mentored by a spy"]


def test_joined_facts_are_split() -> None:
    text = "Alice performs at local venues and teaches guitar lessons."
    assert predicates(text, name="Alice") == ["performs at local venues", "teaches guitar lessons"]


def test_an_age_before_a_noun_is_a_fact_of_its_own() -> None:
    text = "Alice Carter is a 26-year-old guitarist."
    assert predicates(text, name="Alice") == ["is 26 years old", "is a guitarist"]


def test_statements_about_others_are_left_out() -> None:
    assert predicates("The sea is cold.") == []


def test_a_possessive_keeps_its_mark() -> None:
    assert predicates("Eve's dog is grey.") == ["'s dog is grey"]


def test_negated_claims_say_so() -> None:
    persona = Persona("Eve", as_statements(["Eve cannot swim.", "Eve swims."]))
    assert [claim.negated for claim in claims_of(persona)] == [True, False]


def test_the_core_of_a_fact_leaves_out_since_when_and_why() -> None:
    statements = [
        "Tess has kept the light since the old keeper retired.",
        "Tess cannot draw while it is raining.",
        "Tess was a child when her father died.",
    ]
    claims = claims_of(Persona("Tess", as_statements(statements)))
    assert [claim.core for claim in claims] == ["Tess has kept the light.", *statements[1:]]
