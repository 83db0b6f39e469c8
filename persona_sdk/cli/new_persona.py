"""`persona personas new`: writes a persona file, from a profile in prose if there is one."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path
from typing import Annotated, Literal

import typer

from persona_sdk.cli.terminal import STANDARD_STREAM, note, working, write_line
from persona_sdk.errors import PersonaFileError
from persona_sdk.types import Persona, Statement, as_statements


def new(
    file: Annotated[
        str, typer.Argument(help="File to write, .toml or .json; `-` is standard output.")
    ],
    name: Annotated[str, typer.Option(help="What the character is called.")],
    profile: Annotated[
        str | None,
        typer.Option("--from", help="Profile in prose to split; `-` reads standard input."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Chat model that splits the profile, e.g. builtin.")
    ] = None,
    form: Annotated[
        Literal["toml", "json"] | None,
        typer.Option("--format", help="Only needed for standard output.", show_default="toml"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a persona file: a small start, or the statements of a profile."""
    from persona_sdk.personas.dump import dump_json, dump_toml
    from persona_sdk.personas.files import format_of, parse

    chosen = form or "toml"
    if file != STANDARD_STREAM:
        chosen = format_of(Path(file))
        if form not in (None, chosen):
            raise PersonaFileError(f"{file}: --format {form} needs a file that ends in .{form}")
        if Path(file).exists() and not force:
            raise PersonaFileError(f"{file}: exists already: add --force to replace it")
    if not name.strip():
        raise PersonaFileError(f"--name must not be empty, was: {name!r}")
    persona = _draft(name, profile, model)
    text = dump_json(persona) if chosen == "json" else dump_toml(persona)
    parse(text, form=chosen, source=f"{file} (not written)")  # what cannot be read is never written
    if file == STANDARD_STREAM:
        write_line(text.rstrip("\n"))
        return
    write_whole(Path(file), text)
    count = len(persona.statements)
    note(f"{file}: {count} {'statement' if count == 1 else 'statements'}")
    note(f"Next: mark identity facts as hard and run `persona personas lint {file}`")


def write_whole(path: Path, text: str) -> None:
    """Write a file in one piece: it is replaced only once all of `text` is on the disk.

    Raises:
        OSError: The folder is missing or the disk is full; what stood there is untouched.
    """
    path = path.resolve()
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        partial.unlink(missing_ok=True)


def _draft(name: str, profile: str | None, model: str | None) -> Persona:
    statements: tuple[Statement, ...]
    if profile is None:
        statements = (Statement("name", f"The name of the character is {name}.", hard=True),)
    else:
        statements = as_statements(_split(_read(profile), name, model))
        if not statements:
            raise PersonaFileError(f"{profile}: holds no sentence to make a statement of")
    return Persona(name, statements, greeting=f"Hello, I'm {name}.", fallbacks=FALLBACKS)


def _split(text: str, name: str, model: str | None) -> list[str]:
    from persona_sdk.personas import split_profile

    if model is None:
        return split_profile(text, name)
    from persona_sdk.models.catalog import load_model

    with working("splitting the profile"):
        return split_profile(text, name, model=load_model(model), tell=note)


def _read(source: str) -> str:
    """Read a profile as UTF-8 and refuse control characters, saying where they stand."""
    from persona_sdk.personas.files import decode
    from persona_sdk.personas.places import line_and_column

    standard = source == STANDARD_STREAM
    data = sys.stdin.buffer.read() if standard else Path(source).read_bytes()
    place = "standard input" if standard else source
    text = decode(data, place)
    for offset, char in enumerate(text):
        if unicodedata.category(char) == "Cc" and char not in "\n\r\t":
            line, column = line_and_column(text, offset)
            raise PersonaFileError(
                f"{place}:{line}:{column}: holds the control character U+{ord(char):04X}: remove it"
            )
    return text


FALLBACKS = (
    "Let me think about that for a moment.",
    "That is a good question. What made you ask?",
    "Could you say that in other words?",
)
