"""Where what this package keeps for a user lies, when no place is named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from persona_sdk.errors import StoreError


def data_folder() -> Path:
    """Return `$PERSONA_HOME`, else a folder of ours in the user's data folder of the platform.

    That is `$XDG_DATA_HOME` on Linux. Nothing is made.

    Raises:
        StoreError: Nobody has the name that `$PERSONA_HOME` begins with.
    """
    if home := os.environ.get("PERSONA_HOME"):
        return user_path(home)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "faithful-persona"


def user_path(path: str | Path) -> Path:
    """Return `path` with a leading `~` or `~name` put out in full.

    Raises:
        StoreError: Nobody has that name.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise StoreError(
            f"{path}: the home folder of {Path(path).parts[0]!r} is not known: write it in full"
        ) from error


def make_private_folder(folder: Path) -> None:
    """Make a folder that is nobody else's, unless it is there.

    Raises:
        StoreError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder for your data cannot be made ({error.strerror}):"
            " set PERSONA_HOME to one that you may write to"
        ) from error
