"""JSON lines in and out: errors name file and line, and a file is written whole or not at all."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from persona_sdk.errors import RowError
from persona_sdk.store.export import replacing

_SHOWN = 60
"""Characters of a wrong value that an error repeats."""


class Line(NamedTuple):
    """One JSON object of a file."""

    fields: dict[str, object]
    place: str
    """`FILE:LINE`, with which errors begin."""


def read_lines(path: str | Path) -> Iterator[Line]:
    """Yield every row of a JSONL file, gzipped if its name ends in `.gz`; empty lines are skipped.

    Raises:
        RowError: A line is no JSON object or not UTF-8, the file is no gzip file, or holds no row.
        OSError: The file cannot be read.
    """
    count = 0
    for number, line in enumerate(_raw(Path(path)), start=1):
        if line.strip():
            count += 1
            yield Line(_object(line, f"{path}:{number}"), f"{path}:{number}")
    if not count:
        raise RowError(f"{path}: holds no rows: one JSON object a line is expected")


def read_texts(path: str | Path) -> Iterator[tuple[str, str]]:
    """Yield every line that is not empty, as text, with its place; raises as `read_lines` does."""
    count = 0
    for number, line in enumerate(_raw(Path(path)), start=1):
        if line.strip():
            count += 1
            yield _text(line, f"{path}:{number}"), f"{path}:{number}"
    if not count:
        raise RowError(f"{path}: holds no lines with text")


def write_lines(path: str | Path, rows: Iterable[Mapping[str, object]]) -> int:
    """Write one JSON object a line, in place of the file at the end, and return how many.

    Raises:
        RowError: The name asks for compression.
        StoreError: The file cannot be written; what stood there before is untouched.
    """
    refuse_compressed(path)
    count = 0
    with replacing(Path(path)) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count


def refuse_compressed(path: str | Path) -> None:
    """Raise a `RowError` where the name of a file to write asks for compression."""
    if str(path).endswith(".gz"):
        raise RowError(f"{path}: rows are written uncompressed: choose a name without .gz")


def shown(value: object) -> str:
    """Return `value` as an error repeats it, cut to a readable length."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return repr(short) if isinstance(value, str) else short


def _raw(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise RowError(f"{path}: is not a whole gzip file ({error}): fetch it again") from error
    # Only a line feed ends a row: text may hold other line separators unescaped.
    return data.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _object(line: bytes, place: str) -> dict[str, object]:
    text = _text(line, place)
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
        if b"\\ud" in line.lower():  # an escape that may be half of a character
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise RowError(
            f"{place}: column {error.colno} is not JSON ({error.msg}), was: {shown(text)}"
        ) from error
    except UnicodeEncodeError as error:
        raise RowError(
            f"{place}: holds half of a surrogate pair, was: {error.object[error.start]!a}: "
            "write whole characters"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"{place}: cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise RowError(f"{place}: must be a JSON object, was: {shown(found)}")
    return found


def _text(line: bytes, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        bad = line[error.start : error.end]
        raise RowError(
            f"{place}: byte {error.start + 1} is not UTF-8, was: {bad!r}: save the file as UTF-8"
        ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number: write null or a number")
