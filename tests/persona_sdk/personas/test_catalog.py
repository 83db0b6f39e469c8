import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

import persona_sdk.personas.catalog
from persona_sdk.errors import PersonaFileError, PersonaNotFound
from persona_sdk.personas import bundled, lint_persona, load
from persona_sdk.types import Conversation

PAPER = {"alice": 8, "bob": 19, "eve": 30}
OURS = [name for name in bundled() if name not in PAPER]


def test_the_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(persona_sdk.personas.catalog).failed == 0


@pytest.mark.parametrize("name", ["tess", "TESS", " Tess "])
def test_bundled_names_are_found_in_any_case(name: str) -> None:
    assert load(name).name == "Tess Marlow"


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_path_is_read(tmp_path: Path, as_path: type[str] | type[Path]) -> None:
    file = tmp_path / "mara.json"
    file.write_text(json.dumps({"name": "Mara", "statements": ["Mara bakes."]}))
    assert load(as_path(file)).name == "Mara"


def test_an_unknown_name_is_refused_with_close_ones_and_the_list() -> None:
    with pytest.raises(PersonaNotFound) as caught:
        load("tes")
    message = str(caught.value)
    assert "'tes'" in message
    assert "did you mean tess?" in message
    assert all(name in message for name in bundled())


@pytest.mark.parametrize("name", ["", "..", "no\0such", "x" * 5000])
def test_odd_names_are_refused_not_crashed_on(name: str) -> None:
    with pytest.raises(PersonaNotFound):
        load(name)


@pytest.mark.parametrize("name", ["no\0such.toml", "x" * 5000 + ".toml"])
def test_odd_paths_are_refused_not_crashed_on(name: str) -> None:
    with pytest.raises(PersonaFileError, match="cannot be read"):
        load(name)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mara.toml").write_text("name = ")
    with pytest.raises(PersonaFileError, match=r"mara.toml:1:8: broken TOML"):
        load(str(tmp_path / "mara.toml"))


def test_at_least_eight_of_ours_vary_from_8_to_150_statements() -> None:
    sizes = sorted(len(load(name).statements) for name in OURS)
    assert len(sizes) >= 8
    assert (sizes[0], sizes[-1]) == (8, 150)


@pytest.mark.parametrize(("name", "size"), PAPER.items())
def test_the_characters_of_the_paper_are_whole(name: str, size: int) -> None:
    persona = load(name)
    assert (persona.name.lower(), len(persona.statements)) == (name, size)


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_persona_is_fit_to_chat(name: str) -> None:
    persona = load(name)
    assert persona.greeting and persona.scenario and persona.voice
    assert 3 <= len(persona.fallbacks) <= 5
    assert any(statement.hard for statement in persona.statements)


@pytest.mark.parametrize("name", OURS)
def test_our_personas_lint_clean(name: str) -> None:
    assert lint_persona(load(name)) == []
    assert 2 <= len(load(name).examples) <= 4


@pytest.mark.parametrize("name", PAPER)
def test_the_characters_of_the_paper_have_no_lint_errors(name: str) -> None:
    findings = lint_persona(load(name))
    assert {f.rule for f in findings} <= {"not-atomic"}
    assert all(f.severity == "warning" for f in findings)


@pytest.mark.parametrize("name", PAPER)
def test_the_characters_of_the_paper_carry_their_attribution(name: str) -> None:
    text = (Path(persona_sdk.personas.catalog.__file__).parent / f"bundled/{name}.toml").read_text()
    assert "MIT License" in text and "Letian Peng" in text and "2405.07726" in text


@pytest.mark.model
@pytest.mark.parametrize("name", bundled())
def test_bundled_personas_do_not_contradict_themselves(name: str) -> None:
    from guards import load_scorers

    findings = lint_persona(load(name), load_scorers().entailment)
    assert [f.message for f in findings if f.severity == "error"] == []


@pytest.mark.model
@pytest.mark.parametrize("name", bundled())
def test_the_fallback_lines_of_bundled_personas_pass_the_guard(name: str) -> None:
    from guards import load_guard

    guard, persona = load_guard(), load(name)
    asked = Conversation().add("user", "Do you drink coffee?")
    outcomes = {line: guard.check(persona, asked, line).outcome for line in persona.fallbacks}
    assert set(outcomes.values()) == {"pass"}, outcomes


def test_importing_the_package_does_not_import_pydantic() -> None:
    code = "import sys, persona_sdk.personas; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
