from persona_sdk.training.gate.echoes import with_echoes
from persona_sdk.training.gate.values import Measurement, Side
from persona_sdk.types import Persona, as_statements

TESS = Persona("Tess Marlow", as_statements(["Tess keeps nine hives of bees."]))


def draft(item: str, reply: str, side: Side = "after", persona: str = TESS.name) -> Measurement:
    return Measurement(side, "reply", persona, item, reply=reply)


def shares(*drafts: Measurement) -> list[tuple[float, float]]:
    return [(one.values["echoed"], one.values["retold"]) for one in with_echoes(drafts, [TESS])]


def test_facts_that_are_told_again_and_phrases_that_repeat_are_two_shares() -> None:
    fact, phrase = "I keep nine hives of bees.", "I could not tell you."
    assert shares(draft("a", fact), draft("b", fact)) == [(0.0, 1.0)] * 2
    assert shares(draft("a", phrase), draft("b", phrase)) == [(1.0, 0.0)] * 2
    told = draft("a", "Tess keeps nine hives of bees."), draft("b", f"{fact} They are mine.")
    assert shares(*told) == [(0.0, 1 / 3), (0.0, 1 / 6)]


def test_what_is_said_once_or_is_shorter_than_a_run_repeats_nothing() -> None:
    assert shares(draft("a", "I keep nine hives of bees."), draft("b", "Yes.")) == [(0.0, 0.0)] * 2


def test_other_sides_and_other_characters_are_not_echoed() -> None:
    said = "I could not tell you."
    others = draft("b", said, "before"), draft("c", said, persona="Bob")
    assert shares(draft("a", said), *others) == [(0.0, 0.0)] * 3
