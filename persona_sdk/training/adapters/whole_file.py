"""A binary file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persona_sdk.errors import AdapterError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a path beside `path`; what is written there takes its place if nothing fails.

    Raises:
        AdapterError: The folder is missing, full or may not be written to.
    """
    path = Path(path).expanduser().resolve()
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            yield Path(name)
            share(Path(name))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise AdapterError(
            f"{path} cannot be written ({error.strerror or error}): check the folder, its "
            "permissions and the space on the disk"
        ) from error


def share(path: Path) -> None:
    """Let others read a file as any new one: what temporary files begin as is the owner's alone."""
    os.chmod(path, 0o666 & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
