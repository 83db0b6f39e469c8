"""The two streams of the command line, and the exit code that an error becomes.

Standard output carries results only (pure JSON under `--json`); progress, notes and errors go to
standard error. Build every group of commands with `new_app`, so that errors end the same way.

| exit code | means |
|---|---|
| 0 | done; for `check`, the reply passed |
| 1 | a check failed: the reply, a lint rule, `doctor`, logits or a gate |
| 2 | wrong usage, or an extra that is not installed |
| 3 | bad input: a persona, rows, a file |
| 4 | the chat model or its endpoint |
| 5 | the guard, its weights, or a reply it could not judge |
| 6 | the store |
| 7 | a training, or a comparison of before and after |
| 70 | a bug in this program |
| 130 | Ctrl-C |
| 141 | standard output was closed; silent, as in a pipe to `head` |
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperGroup

from persona_sdk.errors import (
    GuardError,
    MissingExtra,
    ModelError,
    PersonaSDKError,
    StoreError,
    TrainingError,
)
from persona_sdk.types import Outcome

OK, CHECK_FAILED, USAGE, BAD_INPUT, MODEL, GUARD, STORE, TRAINING = 0, 1, 2, 3, 4, 5, 6, 7
BUG, INTERRUPTED, OUTPUT_CLOSED = 70, 130, 141

OUTCOME_STYLE: dict[Outcome, str] = {"pass": "green", "fail": "red", "unscored": "yellow"}
"""The colour of a verdict."""

STANDARD_STREAM = "-"
"""Stands for standard input or output in place of a path."""

QUIET_SECONDS = 2.0
"""Work shorter than this shows no progress where standard error is not a terminal."""

LINE_SECONDS = 10.0
"""Pause between two progress lines where standard error is not a terminal."""


class _Console(Console):
    """A console that leaves a closed pipe to `exit_codes`; Rich would end the process with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


# Persona and user text is data: no markup, no emoji codes, no highlighting is read into it.
out = _Console(markup=False, emoji=False, highlight=False)
err = _Console(stderr=True, markup=False, emoji=False, highlight=False)

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    r"""Return `text` with control characters replaced, so that it cannot steer the terminal.

    Line feeds and tabs stay.

    Example:
        >>> printable("\x1b[31mred")
        '\ufffd[31mred'
    """
    return "".join("\ufffd" if _steers(c) else c for c in text)


def _steers(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"
    ) or char in _BIDI_OVERRIDES


def print_json(value: object) -> None:
    """Write `value` to standard output as indented JSON and nothing else."""
    write_line(json.dumps(value, indent=2, ensure_ascii=not speaks_unicode(), allow_nan=False))


def write_line(line: str) -> None:
    """Write one raw line to standard output, without wrapping or styles.

    Raises:
        BrokenPipeError: Nobody reads standard output any more.
    """
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def speaks_unicode() -> bool:
    """Whether standard output can carry every character."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def note(message: str) -> None:
    """Print a remark to standard error."""
    err.print(printable(message), soft_wrap=True)


def fail(message: str, code: int) -> NoReturn:
    """Print one error line to standard error and end the command with `code`."""
    complain(message)
    raise typer.Exit(code)


def debugging() -> bool:
    """Whether errors show their traceback: `persona --debug` or `PERSONA_DEBUG=1`."""
    return os.environ.get("PERSONA_DEBUG", "") not in ("", "0")


def exit_code(error: PersonaSDKError) -> int:
    """Return the exit code that `error` ends a command with."""
    for kind, code in (
        (MissingExtra, USAGE),
        (ModelError, MODEL),
        (GuardError, GUARD),
        (StoreError, STORE),
        (TrainingError, TRAINING),
    ):
        if isinstance(error, kind):
            return code
    return BAD_INPUT


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn the errors we raise on purpose, Ctrl-C and a closed output into exit codes."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except PersonaSDKError as error:
        fail(str(error), exit_code(error))
    except KeyboardInterrupt:
        fail("interrupted", INTERRUPTED)
    except BrokenPipeError as error:
        _drop_output()
        raise typer.Exit(OUTPUT_CLOSED) from error
    except OSError as error:
        _settle_output()
        fail(_describe(error), BAD_INPUT)


def _describe(error: OSError) -> str:
    """Say which file it was and what to do, in one line."""
    place = str(error.filename) if error.filename is not None else "standard output or a file"
    return f"{place}: {error.strerror or error}: check that it exists, may be used and has room"


def complain(message: str) -> None:
    """Print one error line to standard error, after the traceback when debugging."""
    if debugging():
        traceback.print_exc(file=sys.stderr)
    line = " ".join(printable(message).split())
    err.print(f"persona: {line}", style="red" if err.is_terminal else None, soft_wrap=True)


def _settle_output() -> None:
    """Write out what is still held back, or give it up."""
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()


def _drop_output() -> None:
    """Point standard output to nowhere: the interpreter flushes it once more at exit."""
    if sys.stdout is not sys.__stdout__:
        return
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.close(devnull)


class Commands(TyperGroup):
    """A group of commands whose errors end in one line and a documented exit code."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with exit_codes():  # `--help` prints from here
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with exit_codes():
            return super().invoke(ctx)


def new_app(help_text: str, *, epilog: str | None = None) -> typer.Typer:
    """Return an empty group of commands; every file of commands starts with one.

    Example:
        >>> app = new_app("Work with personas.")
    """
    return typer.Typer(
        cls=Commands,
        help=help_text,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


@contextmanager
def progress(description: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far long work has come, on standard error.

    A bar on a terminal; elsewhere a plain line now and then, and none for short work.

    Args:
        description: What is being done.
        total: How many items there are, at least 0.

    Yields:
        A function to call with the number of items just finished.
    """
    if not err.is_terminal:
        yield _LineProgress(description, total)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.advance(task, done)


class _LineProgress:
    """Progress as plain lines, for logs and pipes."""

    def __init__(self, description: str, total: int) -> None:
        self._description = description
        self._total = total
        self._done = 0
        self._next_line = time.monotonic() + QUIET_SECONDS

    def __call__(self, done: int) -> None:
        self._done += done
        if time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_SECONDS
            note(f"{self._description}: {self._done} of {self._total}")


@contextmanager
def working(description: str) -> Iterator[None]:
    """Show on a terminal that work of unknown length goes on, such as loading a model."""
    if not err.is_terminal:
        yield
        return
    with err.status(description):
        yield
