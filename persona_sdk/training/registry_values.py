"""What a registry of adapters holds: entries, and what happened to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["candidate", "active", "retired"]
"""`candidate` has not won a gate yet, `active` is used, `retired` was active once."""

Happening = Literal["added", "installed", "rolled back", "removed"]

ALL_PERSONAS = ""
"""Stands where an adapter is for every character."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One adapter file."""

    id: str
    """The first letters of its digest."""
    name: str
    """What people call it; versions of one adapter share a name."""
    base: str
    """Name of the model that it is for."""
    base_sha256: str
    sha256: str
    """Of the adapter's file."""
    size: int
    """Bytes."""
    persona: str = ALL_PERSONAS
    """Name of the one character that it is for; empty for all."""
    state: State = "candidate"
    added: str = ""
    """When it came, in UTC."""
    lineage: Mapping[str, str] = field(default_factory=dict)
    """Data, command, seed and scores of the training, as short texts."""
    gate: Mapping[str, Any] | None = None
    """Outcome, reasons, scope and scores of the last gate; None before the first."""

    @property
    def slot(self) -> tuple[str, str]:
        """What at most one active adapter is for: a base, and a character or all."""
        return self.base_sha256, self.persona


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the registry."""

    when: str
    """In UTC."""
    what: Happening
    adapter: str
    """Id of the entry."""
    replaced: str = ""
    """Id of the entry that was active before, or that is active again; empty for the base."""


def check_name(name: str) -> str:
    """Return a name that can stand behind `+adapter:`.

    Raises:
        ValueError: It cannot.
    """
    if not _NAME.fullmatch(name) or name.lower().endswith(".gguf"):
        raise ValueError(
            "the name of an adapter has letters, digits, `.`, `_` and `-`, begins with a letter or "
            f"digit and does not end in .gguf, was: {name!r}"
        )
    return name
