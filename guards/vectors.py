"""Vectors of a persona's statements: computed once, kept in memory and on disk.

A file holds the SHA-256 of its content, then the content: float16 rows, little-endian. Its name is
the digest of the embedder, its tokenizer and the statements, so that nothing in it can be out of
date, and it appears by a rename, so that a reader sees a whole file or none. The disk saves time
only: where it cannot be read or written, vectors are computed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guards.cache import ScoreCache
from guards.embedder import KEPT_VECTORS, WIDTH, Embedder, Floats
from guards.formats import FORMAT_VERSION

KEPT_ROWS = 16_384
"""Vectors of whole personas that stay in memory, some 25 MB."""

SMALL = 64
"""Statements of a persona that is not written to disk: it is embedded in a moment."""

KEPT_FILES = 256
"""Personas whose vectors stay on disk; those used longest ago go first."""

LAYOUT = "2"
"""Of a file, and how its vectors were computed; part of its name."""

_log = logging.getLogger(__name__)

_Half = NDArray[np.float16]


class Vectors:
    """Gives the vectors of statements, from memory, from disk, or computed.

    Args:
        embedder: Computes what is not kept.
        folder: Where files are kept; None keeps none.
    """

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self._embedder = embedder
        self._folder = folder
        self._kept: ScoreCache[tuple[str, ...], Floats] = ScoreCache(KEPT_ROWS, weigh=len)
        self._alone: ScoreCache[str, Floats] = ScoreCache(KEPT_VECTORS)

    def of_texts(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors `(texts, WIDTH)` of many texts, embedded in batches.

        Raises:
            ScorerError: The network failed.
        """
        return self._embedder.vectors(texts)

    def of_passing(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors `(texts, WIDTH)` of at least one text; raises likewise.

        Each is embedded alone: what int8 weights give for a text depends on its batch.
        """
        found = self._alone.through(texts, lambda new: [self._embedder.embed([t])[0] for t in new])
        return np.stack(found)

    def of_persona(self, statements: Sequence[str]) -> Floats:
        """Return vectors `(statements, WIDTH)` of a list that comes again; raises likewise.

        Each is embedded alone, so that it is the same in every persona; of a persona that is
        edited line by line, the other vectors are still kept.
        """
        return self._kept.through([tuple(statements)], lambda new: [self._find(new[0])])[0]

    def _find(self, statements: tuple[str, ...]) -> Floats:
        if len(statements) < SMALL or self._folder is None:
            return self._compute(statements).astype(np.float32)
        path = self._folder / f"{self._key(statements)}.vectors"
        found = _read(path, rows=len(statements))
        if found is None:
            found = self._compute(statements)
            _write(path, found)
        return found.astype(np.float32)

    def _compute(self, statements: tuple[str, ...]) -> _Half:
        # Rounded as on disk: a verdict must not change with where a vector comes from.
        return self.of_passing(statements).astype(np.float16)

    def _key(self, statements: tuple[str, ...]) -> str:
        hasher = hashlib.sha256()
        for part in (LAYOUT, FORMAT_VERSION, self._embedder.digest, *statements):
            raw = part.encode("utf-8", "surrogatepass")
            hasher.update(len(raw).to_bytes(8, "little") + raw)
        return hasher.hexdigest()


def default_folder() -> Path:
    """Return where vectors are kept when no folder is named.

    `$PERSONA_CACHE`, else `cache` in `$PERSONA_HOME`, else the user's cache folder of the
    platform (`$XDG_CACHE_HOME` on Linux).
    """
    if named := os.environ.get("PERSONA_CACHE"):
        return Path(os.path.expanduser(named)) / "vectors"
    if home := os.environ.get("PERSONA_HOME"):
        return Path(os.path.expanduser(home)) / "cache" / "vectors"
    user = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or user / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = user / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or user / ".cache")
    return base / "faithful-persona" / "vectors"


def _read(path: Path, *, rows: int) -> _Half | None:
    """Return what `_write` wrote; None where there is nothing, or nothing whole."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.info("vectors are computed anew: %s", error)
        return None
    # A folder that cannot be written gives good vectors all the same.
    with suppress(OSError):
        os.utime(path)
    content = raw[_DIGEST:]
    if len(content) != 2 * rows * WIDTH or hashlib.sha256(content).digest() != raw[:_DIGEST]:
        _log.info("vectors are computed anew: %s is damaged", path)
        return None
    return np.frombuffer(content, dtype="<f2").reshape(rows, WIDTH)


def _write(path: Path, vectors: _Half) -> None:
    content = vectors.astype("<f2").tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=_PART, dir=path.parent)
        try:
            with open(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _forget_old(path.parent)
    except OSError as error:
        _log.info("vectors are not kept on disk: %s", error)


def _forget_old(folder: Path) -> None:
    """Remove what was used longest ago; the folder is the user's, so none but our own files."""
    aged: list[tuple[float, str]] = []
    with os.scandir(folder) as entries:
        for entry in filter(_own, entries):
            # Another process may have removed it since the folder was listed.
            with suppress(FileNotFoundError):
                aged.append((entry.stat().st_mtime, entry.path))
    for _, path in sorted(aged)[: max(0, len(aged) - KEPT_FILES)]:
        Path(path).unlink(missing_ok=True)


def _own(entry: os.DirEntry[str]) -> bool:
    ours = _KEPT_NAME.fullmatch(entry.name) or entry.name.startswith(_PART)
    return bool(ours) and entry.is_file(follow_symlinks=False)


_PART = ".faithful-persona-"
"""Begins the name of a file that is being written; a killed process leaves one behind."""
_KEPT_NAME = re.compile(r"[0-9a-f]{64}\.vectors")
_DIGEST = hashlib.sha256().digest_size
