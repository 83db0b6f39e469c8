import sys

import pytest
import typer
from typer.testing import CliRunner

from persona_sdk import errors
from persona_sdk.cli import terminal


def run(error: BaseException) -> tuple[int, str]:
    app = terminal.new_app("Test.")

    @app.command()
    def first() -> None:
        raise error

    @app.command()
    def second() -> None:
        pass

    result = CliRunner().invoke(app, ["first"])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.PersonaNotFound("x"), 3),
        (errors.RowError("x"), 3),
        (errors.ModelUnavailable("x"), 4),
        (errors.WeightsError("x"), 5),
        (errors.StoreError("x"), 6),
        (errors.MissingExtra("torch", "torch"), 2),
        (FileNotFoundError(2, "No such file", "rows.jsonl"), 3),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
    ],
)
def test_each_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert run(error)[0] == code


def test_an_error_is_one_line_without_a_traceback() -> None:
    _, stderr = run(errors.RowError("rows.jsonl:3: first\nsecond line"))
    assert stderr == "persona: rows.jsonl:3: first second line\n"


def test_debugging_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_DEBUG", "1")
    assert "Traceback" in run(errors.RowError("x"))[1]


def test_a_closed_output_ends_without_a_word() -> None:
    assert run(BrokenPipeError()) == (141, "")


def test_a_file_error_names_the_file_and_a_mend() -> None:
    _, stderr = run(OSError(28, "No space left on device", "out.jsonl"))
    assert "out.jsonl: No space left on device" in stderr
    assert "has room" in stderr


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        _raise_in_a_command(ZeroDivisionError("bug"))


def _raise_in_a_command(error: Exception) -> None:
    app = terminal.new_app("Test.")
    app.command()(lambda: None)

    @app.command()
    def broken() -> None:
        raise error

    CliRunner().invoke(app, ["broken"], catch_exceptions=False)


def test_every_exit_code_is_in_the_table_of_the_module() -> None:
    table = terminal.__doc__ or ""
    codes = [value for name, value in vars(terminal).items() if name in NAMES]
    assert len(codes) == len(NAMES)
    assert all(f"| {code} |" in table for code in codes)


NAMES = (
    "OK",
    "CHECK_FAILED",
    "USAGE",
    "BAD_INPUT",
    "MODEL",
    "GUARD",
    "STORE",
    "BUG",
    "INTERRUPTED",
    "OUTPUT_CLOSED",
)


@pytest.mark.parametrize("text", ["\x1b[2J", "\x07", "\r", "\u202e", "\ud800", "\x9b1m"])
def test_text_cannot_steer_the_terminal(text: str) -> None:
    assert text[0] not in terminal.printable(text)


@pytest.mark.parametrize("text", ["two\nlines\tand tab", "Ωμέγα 你好 👩‍🚀"])
def test_ordinary_text_of_any_script_is_printed_as_it_is(text: str) -> None:
    assert terminal.printable(text) == text


def test_square_brackets_of_a_persona_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.out.print("[red]x[/red] :smile:")
    assert capsys.readouterr().out == "[red]x[/red] :smile:\n"


def test_json_refuses_what_is_no_json_number() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        terminal.print_json({"value": float("nan")})


def test_long_work_speaks_in_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "QUIET_SECONDS", 0.0)
    with terminal.progress("Scoring", total=9) as advance:
        advance(4)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Scoring: 4 of 9\n")


def test_short_work_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("Scoring", total=9) as advance:
        advance(9)
    assert capsys.readouterr().err == ""


def test_fail_ends_the_command_with_its_code() -> None:
    with pytest.raises(typer.Exit) as caught:
        terminal.fail("no", terminal.USAGE)
    assert caught.value.exit_code == 2


def test_output_that_cannot_carry_every_character_gets_escapes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import io

    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    terminal.print_json({"name": "Zoë"})
    assert b"Zo\\u00eb" in narrow.buffer.getvalue()  # type: ignore[attr-defined]
