"""Where an extraction begins: anew, or behind the profiles that an earlier run finished."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from persona_sdk.cli.output import partial_path
from persona_sdk.cli.terminal import USAGE, fail
from persona_sdk.errors import RowError


def begin(target: Path, method: str, *, resume: bool) -> frozenset[str]:
    """Return the ids of the profiles that are kept, and make their file fit to go on.

    Args:
        target: Where the profiles go.
        method: Name of the extractor; the profiles that are kept must be made by the same.
        resume: Keep what a run that was stopped, or a finished one, has written.

    Raises:
        RowError: What stands there cannot be gone on with.
        OSError: It cannot be read or mended.
    """
    partial, path = partial_path(str(target)), target.resolve()
    unfinished = partial.is_file() and partial.stat().st_size > 0
    if not resume:
        if unfinished:
            fail(
                f"{partial} holds the profiles of a run that was stopped: add --resume, or delete "
                "it to start again",
                USAGE,
            )
        return frozenset()
    if unfinished:
        data = partial.read_bytes()
        os.truncate(partial, data.rfind(b"\n") + 1)  # a half-written last line is made again
        return _kept(partial, method) if partial.stat().st_size else frozenset()
    if not (path.is_file() and path.stat().st_size):
        return frozenset()
    kept = _kept(path, method)
    shutil.copyfile(path, partial)
    return kept


def _kept(file: Path, method: str) -> frozenset[str]:
    from simulators.profiles.files import read_profiles

    profiles = read_profiles(file)
    other = next((p for p in profiles if not p.source.endswith(f"({method})")), None)
    if other is not None:
        raise RowError(
            f"{file}: profile {other.id!r} was not extracted by {method!r} but says "
            f"{other.source!r}: choose another --out, or the options of that run"
        )
    return frozenset(profile.id for profile in profiles)
