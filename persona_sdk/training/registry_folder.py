"""The folder of a registry: adapters copied in, looked at and deleted; one change at a time."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from persona_sdk.errors import AdapterError, StoreError
from persona_sdk.filelock import try_lock
from persona_sdk.models.adapters_home import ADAPTER
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.registry_file import Content, read_content, write_content
from persona_sdk.training.registry_values import Entry

LOCK = ".lock"
LOCK_SECONDS = 10.0
"""How long to wait for another process."""


@contextmanager
def changing(folder: Path) -> Iterator[Content]:
    """Hold the lock, and write what was changed unless something failed.

    Raises:
        AdapterError: The registry is broken.
        StoreError: The folder cannot be used, or another process holds the lock for too long.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a")
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder of adapters cannot be used ({error.strerror}): set "
            "PERSONA_ADAPTERS to one that you may write to"
        ) from error
    with lock:
        _wait(lock.fileno(), folder)
        content = read_content(folder)
        before = asdict(content)
        yield content
        if asdict(content) != before:
            write_content(content, folder)


def checked_file(folder: Path, entry: Entry) -> Path:
    """Return the file of an adapter, after a look whether it is still the one that was added.

    Raises:
        AdapterError: It is gone or was changed.
    """
    path = folder / entry.id / ADAPTER
    if not path.is_file():
        raise AdapterError(f"{path} is gone: remove {entry.id} and install it again")
    if sha256_of(path) != entry.sha256:
        raise AdapterError(
            f"{path} was changed since it was added: remove {entry.id} and install it again"
        )
    return path


def copy_in(source: Path, folder: Path, key: str) -> None:
    """Put a copy of an adapter in its place, whole or not at all.

    Raises:
        StoreError: The folder cannot be written.
    """
    target = folder / key / ADAPTER
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as room:
            fresh = Path(room) / target.name
            with fresh.open("wb") as file, source.open("rb") as content:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, target)
    except OSError as error:
        raise StoreError(
            f"{target}: the adapter cannot be copied ({error.strerror or error}): check the "
            "folder and the space on the disk"
        ) from error


def delete_files(folder: Path, entry: Entry) -> None:
    """Delete what lies in the folder of an adapter that the registry has forgotten.

    Raises:
        StoreError: It cannot be deleted.
    """
    try:
        shutil.rmtree(folder / entry.id)
    except FileNotFoundError:
        pass  # somebody deleted them before
    except OSError as error:
        raise StoreError(
            f"{error.filename}: cannot be deleted ({error.strerror}); {entry.name} is removed "
            f"all the same: delete {folder / entry.id} yourself"
        ) from error


def _wait(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise StoreError(f"{folder}: another process changes the adapters: try again")
        time.sleep(0.05)
