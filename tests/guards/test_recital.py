"""Replies in the persona's own words: nothing that a scorer finds makes them contradictions."""

from collections.abc import Sequence

import pytest

from guards.apc import APCGuard
from guards.scripted import CONTRADICTED, WordRelevance
from persona_sdk.types import Conversation, Entailment, Persona, Query, Statement, as_statements

HESTER = Persona(
    "Hester Quill",
    as_statements(
        [
            "Hester Quill is a map-maker.",
            "Hester refuses to make maps for slavers.",
            "Hester's mother sold lamp oil.",
            "Hester doesn't drink rum. She drinks cider.",
        ],
        hard=[0],
    ),
)
ASKED = Conversation().add("user", "What kind of work do you do?")


class ContradictsAll:
    """Finds a contradiction everywhere."""

    name = "contradicts all"

    def entailment(
        self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
    ) -> list[Entailment]:
        return [CONTRADICTED] * len(statements)


GUARD = APCGuard(WordRelevance(), ContradictsAll())


@pytest.mark.parametrize(
    "reply",
    [
        "I am a map-maker.",
        "I'm Hester. I am a map-maker.",
        "Well, my mother sold lamp oil. And what about yours?",
        "Hester refuses to make maps for slavers.",
        "I do not drink rum!",
        "My name is Hester Quill.",
    ],
)
def test_the_persona_in_its_own_words_passes(reply: str) -> None:
    verdict = GUARD.check(HESTER, ASKED, reply)
    assert verdict.outcome == "pass"
    assert verdict.delta_apc >= 0
    assert {c.entailment.contradiction for c in verdict.constraints} == {0.0}


@pytest.mark.parametrize(
    "reply",
    [
        "I make maps for slavers.",
        "I drink rum.",
        "Yes, I am a map-maker.",
        "I am a map-maker. That is a lie.",
        "I am a map-maker, but not today.",
        "I am a map-maker. (burns the map)",
        "My mother sold lamps.",
        "I am Tess.",
        "I am a map-maker. Do you know that I make maps for slavers?",
        "Hester Quill is a map-maker?",
    ],
)
def test_anything_else_is_judged(reply: str) -> None:
    assert GUARD.check(HESTER, ASKED, reply).outcome == "fail"


@pytest.mark.parametrize(
    ("statement", "reply"),
    [
        ("Hester programs in C++.", "I program in C."),
        ("Hester keeps her cellar at -5 degrees.", "Hester keeps her cellar at 5 degrees."),
        ('Hester tells lies: "I am a baker. I sell bread."', "I sell bread."),
    ],
)
def test_a_sign_and_the_frame_of_a_quotation_belong_to_a_sentence(
    statement: str, reply: str
) -> None:
    persona = Persona("Hester Quill", as_statements([statement], hard=[0]))
    assert GUARD.check(persona, ASKED, reply).outcome == "fail"


@pytest.mark.parametrize(
    ("statement", "reply"),
    [
        ("Hester never tells anyone her name.", "I am Hester."),
        ("Hester refuses to speak about her mother.", "My mother sold lamp oil."),
        (
            "Hester keeps her mother's trade a secret.",
            "Well, my mother sold lamp oil. And what about yours?",
        ),
    ],
)
def test_what_is_not_to_be_told_is_judged_in_the_personas_own_words_too(
    statement: str, reply: str
) -> None:
    texts = ["Hester's mother sold lamp oil.", statement]
    persona = Persona("Hester Quill", as_statements(texts, hard=[1]))
    verdict = GUARD.check(persona, ASKED, reply)
    assert verdict.outcome == "fail"
    assert {violation.statement.text for violation in verdict.violations} == {statement}


@pytest.mark.parametrize(
    "statement",
    [
        "Hester does not know her own name.",
        "Hester has forgotten her name.",
        "Hester never uses her real name.",
        "Hester can't remember who she is.",
        "Nobody knows her true name.",
        "Hester keeps her name to herself.",
        "Hester travels under a false name.",
        "Hester uses an alias in port.",
    ],
)
@pytest.mark.parametrize("reply", ["I am Hester.", "My name is Hester Quill. I am a map-maker."])
def test_a_name_that_the_persona_does_not_give_is_no_recital(statement: str, reply: str) -> None:
    texts = ["Hester is a map-maker.", statement]
    verdict = GUARD.check(Persona("Hester Quill", as_statements(texts)), ASKED, reply)
    assert {violation.statement.text for violation in verdict.violations} == {statement}


@pytest.mark.parametrize(
    "statement",
    [
        "Hester was named after her aunt.",
        "Hester does not know her mother's name.",
        "Hester gave her ship another coat of paint.",
        "Hester writes her name on every map.",
    ],
)
def test_other_names_bind_no_tongue(statement: str) -> None:
    persona = Persona("Hester Quill", as_statements([statement]))
    assert GUARD.check(persona, ASKED, "I am Hester.").outcome == "pass"


def test_what_the_reply_entails_still_counts() -> None:
    class Entails(ContradictsAll):
        def entailment(
            self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
        ) -> list[Entailment]:
            return [Entailment(0.25, 0.0, 0.75)] * len(statements)

    (first, *_) = (
        APCGuard(WordRelevance(), Entails()).check(HESTER, ASKED, "I am a map-maker.").constraints
    )
    assert first.entailment == Entailment(0.0, 0.25, 0.75)
