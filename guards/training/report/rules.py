"""The code that decides what the guard makes of a reply, as a digest: other code, other scores."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import guards
import persona_sdk

READ_BY_THE_GUARD = ("experience", "sentences", "words")
"""Modules of `persona_sdk` whose rules the guard applies to a reply."""


@cache
def rules_digest() -> str:
    """Return a digest of the guard's own modules, of those it takes rules from, and of the count.

    The weights are no part of it, and neither is what trains them.
    """
    sdk = Path(persona_sdk.__file__).parent
    return source_digest(
        [
            *Path(str(guards.__file__)).parent.glob("*.py"),
            *(sdk / f"{name}.py" for name in READ_BY_THE_GUARD),
            Path(__file__).with_name("traffic.py"),
        ]
    )


def source_digest(files: Iterable[Path]) -> str:
    """Return a digest of the names and contents of `files`, in whatever order they come."""
    found = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)} ".encode() + content)
    return found.hexdigest()[:16]
