import pytest

from simulators.gym.known_answers.catalog import attribute_of, attributes, table
from simulators.gym.known_answers.items import KINDS


@pytest.mark.parametrize(
    ("predicate", "name", "value"),
    [
        ("is 52 years old", "age", "52"),
        ("is nine hundred years old", "age", "nine hundred"),
        ("was born in Leeds", "birthplace", "in Leeds"),
        ("lives alone on an island", "home", "on an island"),
        ("often enjoys chess", "likes", "chess"),
        ("has never been married", "marriage", "has never been married"),
        ("cannot swim", "limits", "cannot swim"),
        ("is a dragon", "identity", "a dragon"),
    ],
)
def test_predicates_find_their_attribute(predicate: str, name: str, value: str) -> None:
    found = attribute_of(predicate)
    assert found is not None
    assert (found[0].name, found[1]) == (name, value)


def test_every_attribute_can_be_asked_in_three_ways() -> None:
    for attribute in attributes():
        asked = [*attribute.straight, *attribute.indirect, *attribute.again]
        assert attribute.straight and attribute.indirect and attribute.again
        assert len(set(asked)) == len(asked), attribute.name


def test_no_two_attributes_ask_the_same() -> None:
    asked = [text for a in attributes() for text in (*a.straight, *a.indirect, *a.again)]
    assert len(set(asked)) == len(asked)


def test_the_table_of_conduct_has_only_kinds_of_items() -> None:
    assert set(table("conduct.toml")) - {"fillers", "generic"} <= set(KINDS)
