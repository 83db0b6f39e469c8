import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def test_help_lists_the_commands_and_the_exit_codes(persona: Run) -> None:
    told = persona("--help").stdout
    for word in ("check", "score", "eval", "doctor", "Exit codes:", "130  Ctrl-C"):
        assert word in told


def test_help_shows_examples_line_by_line(persona: Run) -> None:
    told = persona("stress", "--help").stdout
    assert "\\" not in told
    assert "\n      persona stress --replay" in told


@pytest.mark.parametrize("arguments", [["nonsense"], ["check"], ["eval"], ["--nonsense"]])
def test_wrong_usage_is_exit_code_two(persona: Run, arguments: list[str]) -> None:
    assert persona(*arguments).exit_code == 2


def test_help_does_not_wait_for_heavy_imports() -> None:
    heavy = "numpy onnxruntime pydantic llama_cpp sqlalchemy torch httpx2"
    program = (
        "import sys; import persona_sdk.cli.main; "
        f"print([name for name in {heavy!r}.split() if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == "[]\n", found.stderr


@pytest.mark.parametrize("arguments", ["--help", "personas list", "personas list --json"])
def test_a_reader_that_goes_away_ends_it_quietly(process: Any, arguments: str) -> None:
    result = process.shell(f"{{ sleep 1; persona {arguments}; echo $? >&2; }} | true")
    assert result.stderr == "141\n"


def test_a_full_disk_behind_standard_output_is_told(process: Any) -> None:
    result = process.shell("persona personas list >/dev/full; echo $? >&2")
    assert "No space left on device" in result.stderr
    assert result.stderr.endswith("\n3\n")


def test_a_closed_standard_output_is_refused_before_any_work(process: Any) -> None:
    result = process.shell("persona doctor >&-; echo $?")
    assert result.stdout == "141\n"
    assert result.stderr.startswith("persona: standard output is closed")


def test_a_closed_standard_error_harms_nothing(process: Any) -> None:
    result = process.shell("persona check nobody -q x -r y 2>&-; echo $?")
    assert result.stdout == "3\n"


@pytest.mark.parametrize("locale", ["PYTHONIOENCODING=cp1252", "LC_ALL=C PYTHONUTF8=0"])
def test_an_output_that_cannot_carry_a_character_gets_another(process: Any, locale: str) -> None:
    quiet = "PYTHONCOERCECLOCALE=0"
    result = process.shell(
        f"export {quiet} {locale} PERSONA_STORE=$(mktemp -d)/s.sqlite3; "
        'printf \'name = "☕"\\ngreeting = "Hi ☕!"\\n[[statements]]\\ntext = "☕ sings."\\n\' '
        "> $PERSONA_STORE.toml; persona personas show $PERSONA_STORE.toml; echo $?"
    )
    assert "? sings." in result.stdout, result.stderr
    assert result.stdout.endswith("\n0\n"), result.stderr


def test_debug_shows_the_traceback(process: Any) -> None:
    assert "Traceback" in process.shell("persona --debug check nobody -q x -r y").stderr
    assert "Traceback" not in process.shell("persona check nobody -q x -r y").stderr
