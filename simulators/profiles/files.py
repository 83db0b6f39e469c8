"""Reads and writes profiles: one JSON object a line, checked at the edge (docs/users.md)."""

from __future__ import annotations

import difflib
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ValidationError

from persona_sdk.errors import RowError
from persona_sdk.profile import Profile
from simulators.profiles.schema import BigFiveRow, FactRow, ProfileRow, StyleRow, document

LONGEST_SHOWN = 60
"""Characters of a wrong value that an error message repeats."""


def read_profiles(path: str | Path) -> tuple[Profile, ...]:
    """Read a file of profiles, gzipped if its name ends in `.gz`.

    Raises:
        RowError: A line breaks the schema, an id stands twice, or there is no profile; the
            message says `file:line`.
        OSError: The file cannot be read.
    """
    found: dict[str, Profile] = {}
    for number, line in _lines(Path(path)):
        profile = _read(line, f"{path}:{number}")
        if profile.id in found:
            raise RowError(f"{path}:{number}: profile id {profile.id!r} stands twice: rename one")
        found[profile.id] = profile
    if not found:
        raise RowError(f"{path}: holds no profiles: one JSON object a line is expected")
    return tuple(found.values())


def write_profiles(path: str | Path, profiles: Iterable[Profile]) -> None:
    """Write one line a profile; `path` appears, or is replaced, only when all are written.

    A name that ends in `.gz` is gzipped, the same bytes every time.

    Raises:
        OSError: The file cannot be written; what stood there before is untouched.
    """
    target = Path(path).resolve()
    data = "".join(f"{profile_line(profile)}\n" for profile in profiles).encode()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(beside, "xb") as file:
            file.write(gzip.compress(data, mtime=0) if target.suffix == ".gz" else data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except OSError as error:
        error.filename = str(path)  # not the file beside it
        raise
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def profile_line(profile: Profile) -> str:
    """Return the JSON of one line, without its line feed."""
    return json.dumps(profile_document(profile), ensure_ascii=False, allow_nan=False)


def profile_document(profile: Profile) -> dict[str, object]:
    """Return a profile as a JSON object; `profile_of` gives an equal value back."""
    return document(profile)


def profile_of(document: Mapping[str, object], place: str = "profile") -> Profile:
    """Return the profile that a JSON object describes.

    Args:
        document: As `profile_document` returns it; keys with a default may be missing.
        place: What error messages start with.

    Raises:
        RowError: It breaks the schema; the message names the key, the value and the mend.

    Example:
        >>> profile_of({"version": 1, "id": "p1", "facts": [{"id": "f1", "text": "You sing."}]}).id
        'p1'
    """
    try:
        return ProfileRow.model_validate(dict(document)).profile()
    except ValidationError as error:
        raise RowError(f"{place}: {_problem(error)}") from error
    except ValueError as error:
        raise RowError(f"{place}: {error}") from error


def _read(line: str, place: str) -> Profile:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        shown = _shorten(repr(line))
        raise RowError(
            f"{place}: column {error.colno} is not JSON ({error.msg}), was: {shown}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"{place}: cannot be read as JSON: {error}") from error
    if not isinstance(row, dict):
        raise RowError(f"{place}: must be a JSON object, was: {_shorten(repr(row))}")
    return profile_of(row, place)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their 1-based numbers."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise RowError(f"{path}: is not a whole gzip file ({error}): fetch it again") from error
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            bad = line[error.start : error.end]
            raise RowError(
                f"{path}:{number}: byte {error.start + 1} is not UTF-8, was: {bad!r}: "
                "save the file as UTF-8"
            ) from error
        if text.strip():
            yield number, text


def _problem(error: ValidationError) -> str:
    """Say which key is wrong, what it holds and what it must hold."""
    # A misspelt key is often a missing one too: name the misspelling.
    first = sorted(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")[0]
    where = first["loc"]
    key = ".".join(str(part) for part in where)
    match first["type"]:
        case "extra_forbidden":
            return f"unknown key {key!r}{_suggestion(where)}"
        case "missing":
            return f"key {key!r} is missing: add it"
    message = first["msg"].removeprefix("Value error, ")
    return f"key {key!r}: {message}, was: {_shorten(repr(first['input']))}"


def _suggestion(where: Sequence[str | int]) -> str:
    row = _NESTED.get(str(where[0]), ProfileRow) if len(where) > 1 else ProfileRow
    known = [field.alias or name for name, field in row.model_fields.items()]
    close = difflib.get_close_matches(str(where[-1]), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


_NESTED: dict[str, type[BaseModel]] = {
    "facts": FactRow,
    "style": StyleRow,
    "big_five": BigFiveRow,
}
