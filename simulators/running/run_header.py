"""The first line of a journal: what was asked for, and in which format the rest is written."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from persona_sdk.errors import StoreError
from simulators.values import RunConfig

FORMAT = "faithful-persona run"
VERSION = 1
"""Raised when a line changes its meaning; other versions are refused."""

OPENING = f'{{"format": "{FORMAT}"'.encode()
"""How every journal begins."""

_SHOWN = 40  # characters of a value in an error


def config_hash(config: RunConfig) -> str:
    """Return 16 hexadecimal digits that name the config; equal configs share them."""
    text = json.dumps(_dump(config), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def header_line(config: RunConfig) -> str:
    """Return the first line, without its line feed."""
    document = _dump(config)
    return json.dumps(
        {"format": FORMAT, "version": VERSION, "hash": config_hash(config), "config": document}
    )


def read_header(line: bytes, place: str) -> RunConfig:
    """Return the config in the first line of a journal.

    Args:
        line: The line.
        place: Name of the file, for errors.

    Raises:
        StoreError: It is none, was changed by hand or written by another version.
    """
    if not line.startswith(OPENING):
        raise StoreError(f"{place}: is no journal of a run: choose another folder")
    try:
        found = json.loads(line)
        if (version := found["version"]) != VERSION:
            raise StoreError(
                f"{place}: is a journal of format {version}, this program reads format {VERSION}: "
                "choose another folder, or the program's version that wrote it"
            )
        config = _adapter().validate_python(found["config"])
        written = found["hash"]
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise StoreError(f"{place}:1: the header is broken ({_first(error)}): {_MEND}") from error
    if config_hash(config) != written:
        raise StoreError(f"{place}:1: the header was changed after it was written: {_MEND}")
    return config


def differences(there: RunConfig, here: RunConfig) -> list[str]:
    """Say in words what differs between two configs, for instance `seed is 7 there, 8 here`."""
    ours, theirs = _dump(here), _dump(there)
    told = []
    for name in ours:
        if name == "settings" or ours[name] == theirs[name]:
            continue
        if name in ("persona", "profiles"):
            told.append(f"{name} {_differ(theirs[name], ours[name])}")
        else:
            told.append(f"{name} is {_short(theirs[name])} there, {_short(ours[name])} here")
    return told + _settings_differ(dict(there.settings), dict(here.settings))


def _differ(there: Any, here: Any) -> str:
    if isinstance(there, list):
        if len(there) != len(here):
            return f"are {len(there)} there, {len(here)} here"
        pairs = zip(there, here, strict=True)
        at = next(i for i, (one, other) in enumerate(pairs) if one != other)
        return f"differ, first {there[at]['id']!r} there, {here[at]['id']!r} here"
    names = [name for name in here if here[name] != there[name]]
    return f"differs in {', '.join(names)}"


def _settings_differ(there: dict[str, str], here: dict[str, str]) -> list[str]:
    names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
    return [f"{n} is {_short(there.get(n))} there, {_short(here.get(n))} here" for n in names]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        one = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
    return f"{type(error).__name__}: {error}"


def _dump(config: RunConfig) -> dict[str, Any]:
    document: dict[str, Any] = _adapter().dump_python(config, mode="json")
    return document


@cache
def _adapter() -> TypeAdapter[RunConfig]:
    return TypeAdapter(RunConfig)


_MEND = "restore the file, or choose another folder"
