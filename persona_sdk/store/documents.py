"""Personas and verdicts as JSON documents, and back to equal values."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from persona_sdk.errors import StoreError
from persona_sdk.types import Persona, Verdict

T = TypeVar("T")

_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_PERSONA = TypeAdapter(Persona)
_VERDICT = TypeAdapter(Verdict)


def dump_persona(persona: Persona) -> dict[str, Any]:
    """Return the persona as a JSON object.

    Raises:
        StoreError: A text or number in it is none that a database can keep.
    """
    return _storable(_PERSONA.dump_python(persona, mode="json"), what=f"persona {persona.name!r}")


def dump_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as a JSON object, scores and evidence included; raises likewise."""
    return _storable(_VERDICT.dump_python(verdict, mode="json"), what="a verdict")


def load_persona(document: object, *, where: str) -> Persona:
    """Return the persona that `dump_persona` wrote.

    Args:
        document: The JSON object.
        where: Where it was read, for the error.

    Raises:
        StoreError: The document was changed by hand or written by another version.
    """
    return _load(_PERSONA, document, where)


def load_verdict(document: object, *, where: str) -> Verdict:
    """Return the verdict that `dump_verdict` wrote; raises as `load_persona` does."""
    return _load(_VERDICT, document, where)


def require_text(text: str, *, what: str) -> str:
    """Return `text` if every database can keep it.

    Raises:
        StoreError: It holds a NUL, which PostgreSQL refuses, or half of a surrogate pair, which
            is no Unicode text.
    """
    if found := _NO_TEXT.search(text):
        raise StoreError(
            f"{what} cannot be stored: character U+{ord(found[0]):04X} at position {found.start()}"
            " is not text: leave it out"
        )
    return text


def _storable(document: dict[str, Any], *, what: str) -> dict[str, Any]:
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise StoreError(
            f"{what} cannot be stored: its numbers must be finite ({error})"
        ) from error
    require_text(text, what=what)
    return document


def _load(adapter: TypeAdapter[T], document: object, where: str) -> T:
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise StoreError(
            f"{where}: {place}: {first['msg']}, was: {first['input']!r:.80}:"
            " restore the database from a backup, or delete the session"
        ) from error
