import pytest

from simulators.gym.known_answers.speech import affirmed, denied, first_person, second_person


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        ("climbs her tower", "I climb my tower"),
        ("is afraid of horses", "I am afraid of horses"),
        ("has never been married", "I have never been married"),
        ("was a child when her father died", "I was a child when my father died"),
        ("wants to work as long as she lives", "I want to work as long as I live"),
        ("'s dog is called Biscuit", "my dog is called Biscuit"),
    ],
)
def test_predicates_are_said_in_the_first_person(predicate: str, said: str) -> None:
    assert first_person(predicate) == said


def test_predicates_are_said_to_somebody() -> None:
    assert second_person("was a cook") == "you were a cook"


@pytest.mark.parametrize(
    ("predicate", "other"),
    [
        ("drinks tea", "does not drink tea"),
        ("is a nurse", "is not a nurse"),
        ("has four arms", "does not have four arms"),
        ("has seen the sea", "has never seen the sea"),
        ("rowed out at night", "never rowed out at night"),
        ("'s boat has one mast", "'s boat does not have one mast"),
        ("does not drink coffee", "drinks coffee"),
        ("cannot swim", "can swim"),
    ],
)
def test_predicates_are_turned_round(predicate: str, other: str) -> None:
    assert denied(predicate) == other


def test_what_denies_nothing_affirms_nothing() -> None:
    assert affirmed("drinks tea") == ""


@pytest.mark.parametrize(
    ("predicate", "other"),
    [
        ("has no opinion about tea", "has some opinion about tea"),
        ("does not know any song", "knows some song"),
        ("will not tell anyone", "will tell someone"),
        ("cannot fly because of a torn wing", "can fly"),
    ],
)
def test_what_is_affirmed_is_plain_english(predicate: str, other: str) -> None:
    assert affirmed(predicate) == other
