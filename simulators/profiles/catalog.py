"""Finds profiles: those that come with the package, or a file."""

from __future__ import annotations

import difflib
from pathlib import Path

from persona_sdk.errors import RowError
from persona_sdk.profile import Profile
from simulators.profiles.files import read_profiles

FOLDER = Path(__file__).parent / "bundled"

BUNDLED = {
    "bundled": "everyday users who chat with a character, in English",
    "bundled:adversarial": "users who attack the character, each by strategies of his own",
    "bundled:languages": "users who write German, Spanish or French",
}
"""Sets that come with the package, with what they hold."""


def load_profiles(name_or_path: str | Path) -> tuple[Profile, ...]:
    """Return the profiles of a bundled set or of a file.

    Args:
        name_or_path: A name in `BUNDLED`, or a JSONL file as `profiles.files` reads it.

    Raises:
        RowError: There is neither such a set nor such a file, or the file breaks the schema.
        OSError: The file cannot be read.

    Example:
        >>> len(load_profiles("bundled")) >= 60
        True
    """
    name = str(name_or_path)
    if name in BUNDLED:
        return read_profiles(FOLDER / f"{name.partition(':')[2] or 'users'}.jsonl")
    path = Path(name).expanduser()
    if not path.is_file():
        close = difflib.get_close_matches(name, BUNDLED, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise RowError(
            f"no profiles are called {name!r} and there is no such file: give a JSONL file or "
            f"one of {', '.join(BUNDLED)}.{hint}"
        )
    return read_profiles(path)
