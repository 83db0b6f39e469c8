"""Disk: what is said where it does not take what a training writes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from persona_sdk.errors import TrainingError

_REFUSED = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.ENOTDIR)
)
_TORCH_WRITER = "inline_container"  # torch.save raises a plain RuntimeError that names no cause


@contextmanager
def telling_what_the_disk_refused(folder: Path) -> Iterator[None]:
    """Turn a file that cannot be written into an error that names the folder and the mend.

    Args:
        folder: Where a training writes.

    Raises:
        TrainingError: The disk is full, or the folder may not be written to.
    """
    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        if (reason := _reason(error)) is None:
            raise
        raise TrainingError(
            f"{folder} cannot be written ({reason}): check the folder, its permissions and the "
            "space on the disk"
        ) from error


def _reason(error: Exception) -> str | None:
    """Return what the disk refused; None where an error is of something else."""
    if isinstance(error, OSError):
        return error.strerror if error.errno in _REFUSED else None
    wanted = "while serializing" if isinstance(error, SafetensorError) else _TORCH_WRITER
    return str(error).strip() if wanted in str(error) else None
