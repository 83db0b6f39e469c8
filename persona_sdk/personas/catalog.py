"""Finds a persona by the name of a bundled one or by the path of a file."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from pathlib import Path

from persona_sdk.errors import PersonaNotFound
from persona_sdk.types import Persona


def load(name_or_path: str | Path) -> Persona:
    """Return a bundled persona by name, in any case, or read one from a file.

    A `Path`, a text with a folder in it and one that ends in `.toml` or `.json` are paths.

    Raises:
        PersonaNotFound: No bundled persona and no file is called so; the message lists the names.
        PersonaFileError: The file breaks the schema.

    Example:
        >>> load("Tess").name
        'Tess Marlow'
    """
    from persona_sdk.personas.files import load_file  # pydantic costs start-up time

    if _is_path(name_or_path):
        return load_file(name_or_path)
    name = str(name_or_path).strip().casefold()
    if name not in bundled():
        raise PersonaNotFound(_not_found(str(name_or_path)))
    return _load_bundled(name)


def bundled() -> list[str]:
    """Return the names of the personas that come with the package, sorted."""
    entries = _FOLDER.iterdir()
    return sorted(e.name.removesuffix(".toml") for e in entries if e.name.endswith(".toml"))


@cache
def _load_bundled(name: str) -> Persona:
    from persona_sdk.personas.files import parse_bytes

    data = (_FOLDER / f"{name}.toml").read_bytes()
    return parse_bytes(data, form="toml", source=f"{name}.toml")


def _is_path(name: str | Path) -> bool:
    if isinstance(name, Path):
        return True
    return "/" in name or "\\" in name or name.lower().endswith((".toml", ".json"))


def _not_found(name: str) -> str:
    close = difflib.get_close_matches(name.casefold(), bundled(), n=3)
    meant = f"; did you mean {' or '.join(close)}?" if close else "."
    return (
        f"no persona is called {name!r}{meant} Bundled are {', '.join(bundled())}; "
        "for a file of your own give its path, which ends in .toml or .json"
    )


_FOLDER = files("persona_sdk.personas") / "bundled"
