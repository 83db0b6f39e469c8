import pytest

from persona_sdk.personas.places import KeyPath, find_places, line_and_column

TOML = """\
# name = "not this"
name = "Mara" # statements = []
"portrait" = 'a#b'
scenario = \"\"\"
name = "nor this" \\\"\"\"
\"\"\"
a.b = { c = 1, d = [ { e = 2024-01-01 07:32:00 }, "x]" ] }

[table]
key = '''x'''
[[examples]]
user = "1"
[[examples]]
user = "2"
[examples.inner]
deep = true
"""

JSON = '{"name": "x",\n "list": [1, {"a": "]}"},\n  "s\\"t"], "e": ""}'


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("name",), (2, 1)),
        (("portrait",), (3, 1)),
        (("scenario",), (4, 1)),
        (("a", "b"), (7, 1)),
        (("a", "b", "c"), (7, 9)),
        (("a", "b", "d", 0, "e"), (7, 24)),
        (("a", "b", "d", 1), (7, 51)),
        (("table", "key"), (10, 1)),
        (("examples", 0, "user"), (12, 1)),
        (("examples", 1, "user"), (14, 1)),
        (("examples", 1, "inner", "deep"), (16, 1)),
    ],
)
def test_a_key_in_toml_is_found(path: KeyPath, place: tuple[int, int]) -> None:
    assert find_places(TOML, "toml").of(path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("name",), (1, 2)),
        (("list", 1, "a"), (2, 15)),
        (("list", 2), (3, 3)),
        (("e",), (3, 12)),
    ],
)
def test_a_key_in_json_is_found(path: KeyPath, place: tuple[int, int]) -> None:
    assert find_places(JSON, "json").of(path) == place


def test_a_missing_key_has_the_place_of_the_table_around_it() -> None:
    assert find_places(TOML, "toml").of(("examples", 1, "character")) == (13, 1)


def test_a_key_that_stands_twice_is_reported() -> None:
    assert find_places('{"a": 1, "b": {"a": 2}, "a": 3}', "json").repeated == [(("a",), 24)]


def test_lines_and_columns_count_from_one() -> None:
    assert [line_and_column("ab\ncd", i) for i in (0, 1, 3, 4)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
