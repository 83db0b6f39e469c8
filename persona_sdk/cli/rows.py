"""JSONL rows in: all are read and checked before any work starts.

A row keeps the fields it came with; a command adds its own and writes it with
`persona_sdk.cli.output`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from persona_sdk.cli.terminal import STANDARD_STREAM
from persona_sdk.errors import RowError

LONGEST_SHOWN = 60
"""Characters of a wrong value that an error message repeats."""

_SURROGATE = re.compile("[\ud800-\udfff]|\\\\u[dD][89a-fA-F]")

_JSON_NAMES = {dict: "object", list: "list"}

Schema = TypeVar("Schema", bound=BaseModel)
Kind = TypeVar("Kind", dict[str, object], list[object])


@dataclass(frozen=True, slots=True)
class Row(Generic[Schema]):
    """One row: the fields as they were read, and as the command understands them."""

    fields: Mapping[str, object]
    value: Schema


def read_rows(source: str, schema: type[Schema]) -> list[Row[Schema]]:
    """Read every row of a JSONL file and check it.

    Args:
        source: A path, gzipped if it ends in `.gz`, or `-` for standard input.
        schema: What a row must hold; other fields are kept as they are.

    Raises:
        RowError: A row breaks the schema, or there is none.
        OSError: The file cannot be read.
    """
    label = "standard input" if source == STANDARD_STREAM else source
    rows = [
        _read(line, schema, f"{label}:{number}")
        for number, line in enumerate(_lines(source, label), start=1)
        if line.strip()
    ]
    if not rows:
        raise RowError(f"{label}: holds no rows: one JSON object a line is expected")
    return rows


def _lines(source: str, label: str) -> list[str]:
    data = sys.stdin.buffer.read() if source == STANDARD_STREAM else Path(source).read_bytes()
    if source.endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise RowError(
                f"{label}: is not a whole gzip file ({error}): fetch it again"
            ) from error
    # Only a line feed ends a row: text may hold other line separators unescaped.
    raw = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [_decode(line, f"{label}:{number}") for number, line in enumerate(raw, start=1)]


def _decode(line: bytes, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        bad = line[error.start : error.end]
        raise RowError(
            f"{place}: byte {error.start + 1} is not UTF-8, was: {bad!r}: save the file as UTF-8"
        ) from error


def parse(text: str, place: str, *, kind: type[Kind]) -> Kind:
    """Read one JSON value.

    Args:
        text: The JSON.
        place: Where it stands; error messages start with it.
        kind: `dict` for an object, `list` for a list.

    Raises:
        RowError: `text` is no JSON, or another kind of it.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise RowError(
            f"{place}: {_position(error)} is not JSON ({error.msg}), was: {_shown(text)}"
        ) from error
    except UnicodeEncodeError as error:
        raise RowError(
            f"{place}: holds half of a surrogate pair, was: {error.object[error.start]!a}: "
            "write whole characters"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"{place}: cannot be read as JSON: {error}") from error
    if not isinstance(value, kind):
        raise RowError(f"{place}: must be a JSON {_JSON_NAMES[kind]}, was: {_shown(value)}")
    return value


def _position(error: json.JSONDecodeError) -> str:
    one_line = "\n" not in error.doc
    return f"column {error.colno}" if one_line else f"line {error.lineno} column {error.colno}"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number: write null or a number")


def check_row(row: object, schema: type[Schema], place: str) -> Schema:
    """Return `row` as `schema` understands it.

    Raises:
        RowError: It breaks the schema; the message starts with `place`.
    """
    try:
        return schema.model_validate(row)
    except ValidationError as error:
        raise RowError(f"{place}: {_describe(error, row, schema)}") from error


def _read(line: str, schema: type[Schema], place: str) -> Row[Schema]:
    fields = parse(line, place, kind=dict)
    return Row(fields, check_row(fields, schema, place))


def _describe(error: ValidationError, row: object, schema: type[BaseModel]) -> str:
    """Say which field is wrong, what it holds and what it must hold."""
    first = error.errors(include_url=False)[0]
    if not isinstance(row, dict):
        return f"must be a JSON object, was: {_shown(row)}"
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing" and len(first["loc"]) == 1:
        expected = ", ".join(
            name if info.is_required() else f"{name} (optional)"
            for name, info in schema.model_fields.items()
        )
        found = ", ".join(row) or "none"
        return f"field {field!r} is missing; found: {_shorten(found)}; expected: {expected}"
    message = first["msg"].removeprefix("Value error, ")
    return f"field {field!r}: {message}, was: {_shown(first['input'])}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(_shorten(text)) if isinstance(value, str) else _shorten(text)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
