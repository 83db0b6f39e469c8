"""Reads persona files: TOML or JSON at the edge, frozen `Persona` values inside."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from persona_sdk.errors import PersonaFileError, PersonaNotFound
from persona_sdk.personas.places import Format, KeyPath, find_places, line_and_column
from persona_sdk.personas.problems import problem
from persona_sdk.personas.schema import PersonaTable
from persona_sdk.types import Example, Persona, Statement

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is read."""


def load_file(path: str | Path) -> Persona:
    """Read a `.toml` or `.json` persona file; its adapter lies relative to it.

    Raises:
        PersonaNotFound: There is no such file.
        PersonaFileError: It cannot be read or breaks the schema; the message says line and column.
    """
    path = Path(path)
    form = format_of(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PersonaNotFound(f"{path}: no such persona file") from None
    except (OSError, ValueError) as error:
        raise PersonaFileError(f"{path}: cannot be read: {error}") from error
    persona = parse_bytes(data, form=form, source=str(path))
    return replace(persona, adapter=_beside(path, persona.adapter)) if persona.adapter else persona


def format_of(path: Path) -> Format:
    """Tell the format from the end of the file's name.

    Raises:
        PersonaFileError: It ends in neither `.toml` nor `.json`.
    """
    match path.suffix.lower():
        case ".toml":
            return "toml"
        case ".json":
            return "json"
    raise PersonaFileError(f"{path}: a persona file ends in .toml or .json, was: {path.suffix!r}")


def parse_bytes(data: bytes, *, form: Format, source: str) -> Persona:
    """Read a persona from the bytes of a file; a UTF-8 byte order mark is skipped.

    Args:
        data: The whole file.
        form: Its format.
        source: What error messages call it.

    Raises:
        PersonaFileError: It is too large, not UTF-8 or breaks the schema.
    """
    if len(data) > MAX_BYTES:
        raise PersonaFileError(f"{source}: a persona file has at most {MAX_BYTES:,} bytes")
    return parse(decode(data, source), form=form, source=source)


def decode(data: bytes, source: str) -> str:
    """Return UTF-8 bytes as text, without a byte order mark.

    Raises:
        PersonaFileError: They are not UTF-8; the message says where.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = line_and_column(before, len(before))
        raise PersonaFileError(
            f"{source}:{line}:{column}: not UTF-8, was: byte 0x{data[error.start]:02X}; "
            "save the file as UTF-8"
        ) from None


def parse(text: str, *, form: Format, source: str = "<text>") -> Persona:
    r"""Read a persona from text.

    Raises:
        PersonaFileError: It breaks the schema; the message says line and column.

    Example:
        >>> parse('name = "Mara"\nstatements = ["Mara is a baker."]', form="toml").name
        'Mara'
    """
    try:
        data = _load(text, form, source)
        try:
            table = PersonaTable.model_validate(data)
        except ValidationError as error:
            _refuse_schema(error, text, form, source)
        return _persona(table, text, form, source)
    except RecursionError:
        raise PersonaFileError(f"{source}: nests too deeply for a persona file") from None


def _beside(file: Path, adapter: str) -> str:
    """Return the whole path of an adapter that a file names: it is read from other folders too.

    The name of an installed adapter stays a name, unless a file beside is called so.
    """
    name = adapter.partition("@")[0]
    if _INSTALLED.fullmatch(name) and not (file.parent / name).exists():
        return adapter
    try:
        return str((file.parent / Path(adapter).expanduser()).absolute())
    except RuntimeError as error:
        raise PersonaFileError(
            f"{file}: adapter: cannot find the home folder that {adapter!r} begins with: "
            "write the whole path"
        ) from error


def _load(text: str, form: Format, source: str) -> Any:
    try:
        if form == "toml":
            return tomllib.loads(text)
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise PersonaFileError(
            f"{source}:{error.lineno}:{error.colno}: broken JSON: {error.msg}"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise PersonaFileError(_broken_toml(str(error), text, source)) from None
    except ValueError as error:
        raise PersonaFileError(f"{source}: broken {form.upper()}: {error}") from None
    if not isinstance(data, dict):
        raise PersonaFileError(f"{source}:1:1: must be a table {{...}}, was: {type(data).__name__}")
    for path, offset in find_places(text, "json").repeated:
        line, column = line_and_column(text, offset)
        raise PersonaFileError(f"{source}:{line}:{column}: {path[-1]!r} stands twice: remove one")
    return data


def _broken_toml(message: str, text: str, source: str) -> str:
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found:
        line, column = int(found[1]), int(found[2])
        message = message[: found.start()]
    else:
        line, column = line_and_column(text, len(text))
    return f"{source}:{line}:{column}: broken TOML: {message}"


def _persona(table: PersonaTable, text: str, form: Format, source: str) -> Persona:
    statements: dict[str, Statement] = {}
    for i, row in enumerate(table.statements):
        key = row.id or f"s{i + 1}"
        if key in statements:
            first = list(statements).index(key) + 1
            _refuse(
                ("statements", i, "id"),
                f"id {key!r} is also the id of statement {first}; give one of them another",
                text,
                form,
                source,
            )
        statements[key] = Statement(key, row.text, hard=row.hard, weight=row.weight)
    return Persona(
        name=table.name,
        statements=tuple(statements.values()),
        greeting=table.greeting,
        voice=tuple(table.voice),
        examples=tuple(Example(e.user, e.character) for e in table.examples),
        scenario=table.scenario,
        fallbacks=tuple(table.fallbacks),
        portrait=table.portrait,
        adapter=table.adapter,
    )


def _refuse_schema(error: ValidationError, text: str, form: Format, source: str) -> NoReturn:
    # A misspelt key is also a missing one: name the misspelling.
    first, *others = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    more = f" ({len(others)} more to mend)" if others else ""
    _refuse(first["loc"], problem(first) + more, text, form, source)


def _refuse(path: KeyPath, problem: str, text: str, form: Format, source: str) -> NoReturn:
    line, column = find_places(text, form).of(path)
    where = " ".join(str(k + 1) if isinstance(k, int) else k for k in path) or "the file"
    raise PersonaFileError(f"{source}:{line}:{column}: {where}: {problem}") from None


_INSTALLED = re.compile(r"(?!.*\.gguf$)[A-Za-z0-9][\w.-]*")
