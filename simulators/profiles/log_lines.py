"""The lines and JSON objects of a log file, checked one by one; `.gz` is opened on the way."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from persona_sdk.errors import RowError
from simulators.profiles.log_values import Faults

MAX_LINE = 4 * 1024 * 1024
"""Bytes in a line; a longer one is no conversation that a profile could be read from."""

MAX_ARRAY = 512 * 1024 * 1024
"""Bytes in a file that is one JSON array, which has to be read whole."""

Json = dict[str, object]


class Line(NamedTuple):
    """One line of text."""

    place: str
    """`file:line`."""
    text: str


class Item(NamedTuple):
    """One JSON object."""

    place: str
    value: Json


def read_lines(path: Path, faults: Faults) -> Iterator[Line]:
    """Yield the lines of a file, without their line feeds.

    Raises:
        RowError: A line is refused, or a gzip file is not whole.
        OSError: The file cannot be read.
    """
    with _opened(path) as file:
        number = 0
        try:
            while data := file.readline(MAX_LINE + 1):
                number += 1
                place = f"{path}:{number}"
                if len(data) > MAX_LINE:
                    _finish(file)
                    faults.report(place, f"the line has more than {MAX_LINE:,} bytes")
                    continue
                text = _decoded(data.removeprefix(_BOM if number == 1 else b""), place, faults)
                if text is not None:
                    yield Line(place, text)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise RowError(f"{path}: is not a whole gzip file ({error}): fetch it again") from error


def read_items(path: Path, faults: Faults) -> Iterator[Item]:
    """Yield the JSON objects of a file: one a line, or the items of one array or object.

    Raises:
        RowError: Something is refused, or the file is larger than `MAX_ARRAY` and no JSONL.
        OSError: The file cannot be read.
    """
    if _is_one_document(path):
        yield from _items_of_document(path, faults)
        return
    for place, text in read_lines(path, faults):
        if text.strip():
            value = _parsed(text, place, faults)
            if value is not None:
                yield Item(place, value)


def _opened(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _finish(file: BinaryIO) -> None:
    """Read past the rest of a line without keeping it."""
    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
        pass


def _decoded(data: bytes, place: str, faults: Faults) -> str | None:
    try:
        return data.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        bad = data[error.start : error.end]
        faults.report(place, f"byte {error.start + 1} is not UTF-8, was: {bad!r}")
        return None


def _parsed(text: str, place: str, faults: Faults) -> Json | None:
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except json.JSONDecodeError as error:
        faults.report(place, f"column {error.colno} is not JSON ({error.msg})")
        return None
    except (ValueError, RecursionError) as error:
        faults.report(place, f"cannot be read as JSON ({error})")
        return None
    if not isinstance(value, dict):
        faults.report(place, f"must be a JSON object, was: {text[:40]!r}")
        return None
    return value


def _is_one_document(path: Path) -> bool:
    """Whether the file is one JSON array, or one object over several lines."""
    try:
        with _opened(path) as file:
            head = file.readline(MAX_LINE + 1).removeprefix(_BOM).strip()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RowError(f"{path}: is not a whole gzip file ({error}): fetch it again") from error
    return head.startswith(b"[") or head == b"{"


def _items_of_document(path: Path, faults: Faults) -> Iterator[Item]:
    with _opened(path) as file:
        data = file.read(MAX_ARRAY + 1)
    if len(data) > MAX_ARRAY:
        raise RowError(f"{path}: has more than {MAX_ARRAY:,} bytes: write one conversation a line")
    try:
        whole = json.loads(data.decode("utf-8-sig"))
        json.dumps(whole, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RowError(f"{path}: cannot be read as JSON: {error}") from error
    for number, value in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        place = f"{path}: item {number}"
        if isinstance(value, dict):
            yield Item(place, value)
        else:
            faults.report(place, f"must be a JSON object, was: {str(value)[:40]!r}")


_BOM = b"\xef\xbb\xbf"
