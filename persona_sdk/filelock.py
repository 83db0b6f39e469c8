"""A lock on an open file that the system lets go when its process ends, however it ends."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt
    import os

    _FAR = 2**40  # Windows locks ranges of bytes, and nobody may read a locked one

    def try_lock(descriptor: int) -> bool:
        """Lock the file; return False where another process holds it."""
        position = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, position, os.SEEK_SET)
        return True
else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock the file; return False where another open file holds it.

        Raises:
            OSError: The file system knows no locks.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
