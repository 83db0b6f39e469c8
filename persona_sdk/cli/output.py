"""JSONL rows out: none is lost when a run is stopped, and no finished file is ever half written.

While rows are being written they stand in `OUT.partial`, which becomes `OUT` with the last one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from persona_sdk.cli.rows import parse
from persona_sdk.cli.terminal import STANDARD_STREAM, speaks_unicode
from persona_sdk.errors import RowError


class RowWriter:
    """Writes rows one by one; a row has left the program when `write` returns."""

    def __init__(self, stream: TextIO, *, ascii_only: bool = False) -> None:
        self._stream = stream
        self._ascii_only = ascii_only

    def write(self, row: Mapping[str, object]) -> None:
        """Append one row."""
        line = json.dumps(row, ensure_ascii=self._ascii_only, allow_nan=False)
        self._stream.write(line + "\n")
        self._stream.flush()


@contextmanager
def writing(target: str, *, append: bool = False) -> Iterator[RowWriter]:
    """Open `target` for rows; it appears, or is replaced, only when the block ends well.

    Args:
        target: A path, or `-` for standard output.
        append: Go on behind the rows that `resume_point` counted.

    Raises:
        RowError: `target` asks for compression.
        OSError: The disk is full, or the folder is missing; it carries the file's name.
    """
    if target.endswith(".gz"):
        raise RowError(f"{target}: rows are written uncompressed: choose a name without .gz")
    if target == STANDARD_STREAM:
        with _naming("standard output"):
            yield RowWriter(sys.stdout, ascii_only=not speaks_unicode())
    elif _is_device(target):
        with _naming(target), open(target, "w", encoding="utf-8") as stream:
            yield RowWriter(stream)
    else:
        partial = partial_path(target)
        mode: Literal["a", "w"] = "a" if append else "w"
        with (
            _naming(str(partial)),
            partial.open(mode, encoding="utf-8", newline="\n") as stream,
        ):
            yield RowWriter(stream)
            os.fsync(stream.fileno())
        partial.replace(Path(target).resolve())


def partial_path(target: str) -> Path:
    """Return where the rows for `target` stand until the last one is written."""
    path = Path(target).resolve()
    return path.with_name(path.name + ".partial")


def refuse_partial(target: str) -> None:
    """Keep the rows of a run that was stopped from being overwritten.

    Raises:
        RowError: There are such rows.
    """
    partial = partial_path(target)
    if partial.is_file() and partial.stat().st_size:
        raise RowError(
            f"{partial}: holds rows of a run that was stopped: go on with "
            "`persona score --resume`, or delete it to start again"
        )


def _is_device(target: str) -> bool:
    """Whether `target` is a device or a named pipe, which nothing may be renamed over."""
    path = Path(target)
    return path.exists() and not path.is_file()


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Add the name of the file to the errors of a write, which come without one."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, place) from error


def resume_point(
    target: str, rows: Sequence[Mapping[str, object]], *, added: Collection[str]
) -> int:
    """Count the rows that an earlier run for `target` finished, and make its file fit to go on.

    A half-written last line is cut off.

    Args:
        target: A path, not `-`.
        rows: The rows to be written, without what the command adds.
        added: Names of the fields that the command adds.

    Raises:
        RowError: What stands there does not come from these rows.
        OSError: The file cannot be read or mended.
    """
    partial, path = partial_path(target), Path(target).resolve()
    if not partial.exists():
        if not path.is_file():
            return 0
        shutil.copyfile(path, partial)
    data = partial.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    done = whole.count(b"\n")
    if done > len(rows):
        raise _strange(partial, len(rows) + 1)
    for number, (line, row) in enumerate(zip(whole.split(b"\n")[:-1], rows, strict=False), start=1):
        if not _continues(line, row, added, f"{partial}:{number}"):
            raise _strange(partial, number)
    os.truncate(partial, len(whole))
    return done


def _continues(line: bytes, row: Mapping[str, object], added: Collection[str], place: str) -> bool:
    """Whether `line` is `row` with the added fields."""
    written = parse(line.decode(errors="replace"), place, kind=dict)
    kept = row.keys() - added
    return written.keys() - added == kept and all(written[name] == row[name] for name in kept)


def _strange(partial: Path, number: int) -> RowError:
    return RowError(
        f"{partial}:{number}: does not come from these rows: delete the file or choose "
        "another --out"
    )
