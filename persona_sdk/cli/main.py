"""`persona`: the entry point, and the commands it offers."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from persona_sdk.cli import (
    adapters,
    evaluate,
    guards,
    pairs,
    personas,
    registry,
    report,
    sessions,
    train,
    users,
)
from persona_sdk.cli.chat import chat
from persona_sdk.cli.check import check
from persona_sdk.cli.distribution import DISTRIBUTION
from persona_sdk.cli.doctor import doctor
from persona_sdk.cli.gate import EXAMPLES as GATE_EXAMPLES
from persona_sdk.cli.gate import gate
from persona_sdk.cli.loop import EXAMPLES as LOOP_EXAMPLES
from persona_sdk.cli.loop import loop
from persona_sdk.cli.score import score
from persona_sdk.cli.stress import EXAMPLES, stress
from persona_sdk.cli.terminal import (
    BUG,
    OUTPUT_CLOSED,
    complain,
    exit_codes,
    new_app,
    write_line,
)

EPILOG = """\b
Exit codes:
    0  done; for check, the reply passed
    1  a check failed: the reply, a lint rule, doctor, logits or a gate
    2  wrong usage, or an extra that is not installed
    3  bad input: a persona, rows, a file
    4  the chat model or its endpoint
    5  the guard, its weights, or a reply it could not judge
    6  the store
    7  a training, or a comparison of before and after
   70  a bug in this program
  130  Ctrl-C
  141  standard output was closed
"""

app = new_app("Role-play characters that stay true to who they are.", epilog=EPILOG)
app.command()(chat)
app.add_typer(personas.app, name="personas")
app.add_typer(sessions.app, name="sessions")
app.command()(check)
app.command()(score)
app.command(epilog=EXAMPLES)(stress)
app.add_typer(evaluate.app, name="eval")
app.add_typer(guards.app, name="guards")
app.add_typer(users.app, name="users")
app.add_typer(pairs.app, name="pairs")
app.add_typer(train.app, name="train")
app.command(epilog=GATE_EXAMPLES)(gate)
app.command(epilog=LOOP_EXAMPLES)(loop)
for name, command in registry.COMMANDS.items():
    adapters.app.command(name)(command)
app.add_typer(adapters.app, name="adapters")
app.add_typer(report.app, name="report")
app.command()(doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        with exit_codes():
            write_line(f"persona {version(DISTRIBUTION)}")
        raise typer.Exit


def _set_debug(wanted: bool) -> None:
    if wanted:
        os.environ["PERSONA_DEBUG"] = "1"


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show it and end."),
    ] = False,
    _debug: Annotated[
        bool,
        typer.Option("--debug", callback=_set_debug, help="Show the traceback of an error."),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line."""
    _occupy_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that the terminal cannot show is no reason to end; JSON is escaped before.
        sys.stdout.reconfigure(errors="replace")
    try:
        app(prog_name="persona")
    except Exception as error:
        complain(f"{type(error).__name__}: {error}: this is a bug; `persona --debug` shows where")
        sys.exit(BUG)


def _occupy_closed_streams() -> None:
    """Refuse to talk to nobody, and keep the numbers of the standard streams from other files."""
    lost = sys.stdout is None
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            os.dup2(descriptor, number)
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    if lost:
        complain("standard output is closed: send it to a file or to /dev/null")
        os._exit(OUTPUT_CLOSED)
