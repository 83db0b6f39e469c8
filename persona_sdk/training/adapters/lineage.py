"""The lineage of an adapter: from the training's own record to short texts in the GGUF file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from persona_sdk.errors import AdapterError

RECORD = "training.json"
"""What a training of ours leaves beside the weights."""

_LEFT_OUT = frozenset({"curve"})
"""Long, and of use only beside the plots."""


def read_lineage(folder: str | Path) -> dict[str, str]:
    """Return what a training recorded, each entry as one text; empty if it recorded nothing.

    Raises:
        AdapterError: The record is broken.
    """
    file = Path(folder) / RECORD
    if not file.exists():
        return {}
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AdapterError(f"{file} is broken ({error}): remove it, or train again") from error
    if not isinstance(record, dict):
        raise AdapterError(f"{file} must hold an object, was: {type(record).__name__}")
    return {
        str(key): _text(value)
        for key, value in record.items()
        if key not in _LEFT_OUT and value not in (None, "")
    }


def sha256_of(path: str | Path) -> str:
    """Return the digest of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
