import pytest

from persona_sdk.personas import bundled, load
from persona_sdk.personas.dump import dump_json, dump_toml
from persona_sdk.personas.files import parse
from persona_sdk.types import Example, Persona, Statement, as_statements

AWKWARD = Persona(
    'Mara "the Oven" O\'Neill \\ 🥐',
    (
        Statement("s1", 'Mara\'s motto is "bread" # first.'),
        Statement("x.y-2", "Mara ends a line with \\.", hard=True, weight=0.25),
        Statement("s3", "Mara likes [brackets] = {braces}."),
    ),
    greeting="Two\nlines\twith a tab",
    voice=("'''", '"""'),
    examples=(Example("Hi\nthere", "Yes, 你好"), Example("Bye", "Bye")),
    scenario="café",
    fallbacks=("Hm?",),
    portrait="https://example.org/m.png?a=1#b",
    adapter="/characters/mara's oven.gguf@0.5",
)


@pytest.mark.parametrize("persona", [AWKWARD, Persona("Mara", as_statements(["Mara bakes."]))])
def test_what_is_written_reads_back_equal(persona: Persona) -> None:
    assert parse(dump_toml(persona), form="toml") == persona
    assert parse(dump_json(persona), form="json") == persona


@pytest.mark.parametrize("name", bundled())
def test_bundled_personas_survive_the_round_trip(name: str) -> None:
    assert parse(dump_toml(load(name)), form="toml") == load(name)
    assert parse(dump_json(load(name)), form="json") == load(name)


def test_delete_is_escaped_as_toml_demands() -> None:
    assert "\x7f" not in dump_toml(Persona("Mara", as_statements(["Mara\x7f bakes."])))


def test_a_plain_statement_is_written_as_a_string() -> None:
    assert '  "Mara bakes.",\n' in dump_toml(Persona("Mara", as_statements(["Mara bakes."])))
