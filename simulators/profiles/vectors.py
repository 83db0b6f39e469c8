"""Vectors of profiles: what people are and how they sound, each half for itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from persona_sdk.profile import Profile
from simulators.profiles.render import objective, subjective
from simulators.protocols import TextEmbedder

PIECE_BYTES = 320
"""Longest text that is embedded at once: small encoders read 128 word pieces and drop the rest,
and no script needs more than one piece for three bytes."""

Floats = NDArray[np.float64]

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")


class ProfileVectors(NamedTuple):
    """Unit vectors of both halves, a row a profile; a half without words is a row of zeros."""

    objective: Floats
    subjective: Floats


def joined(objective: Floats, subjective: Floats) -> Floats:
    """Return halves side by side as unit rows.

    The product of two rows is the mean of the halves' cosines. Where a half has no words the
    other one counts alone, so that two profiles that say the same are near in any case.
    """
    return _unit(np.concatenate([objective, subjective], axis=-1))


def embed_profiles(profiles: Sequence[Profile], embedder: TextEmbedder) -> ProfileVectors:
    """Return the vectors of both rendered halves.

    A long half is cut between sentences, and the unit vectors of its pieces are averaged by
    their length, so that no end is lost to the encoder's limit.

    Raises:
        ScorerError: The network failed.
    """
    halves: tuple[Callable[[Profile], str], ...] = (objective, subjective)
    pieces = [[list(cut(half(profile))) for profile in profiles] for half in halves]
    found = _embed({text for half in pieces for texts in half for text in texts}, embedder)
    return ProfileVectors(*(_means(half, found, _width(found)) for half in pieces))


def cut(text: str) -> Iterator[str]:
    """Yield pieces of at most `PIECE_BYTES`, between sentences where that can be.

    Example:
        >>> [len(piece) for piece in cut("You sing. " * 40)]
        [319, 79]
    """
    kept = ""
    for part in _parts(text):
        if kept and len(f"{kept} {part}".encode()) > PIECE_BYTES:
            yield kept
            kept = ""
        kept = f"{kept} {part}" if kept else part
    if kept:
        yield kept


def _parts(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text.strip()):
        if len(sentence.encode()) <= PIECE_BYTES:
            yield from filter(None, [sentence])
            continue
        for word in sentence.split():
            # A script without spaces gives one long word.
            yield from (
                word[i : i + PIECE_BYTES // 3] for i in range(0, len(word), PIECE_BYTES // 3)
            )


def _embed(texts: set[str], embedder: TextEmbedder) -> dict[str, Floats]:
    ordered = sorted(texts)
    if not ordered:
        return {}
    rows = np.asarray(embedder.embed(ordered), dtype=np.float64)
    return dict(zip(ordered, _unit(rows), strict=True))


def _means(half: Sequence[Sequence[str]], found: dict[str, Floats], width: int) -> Floats:
    means = np.zeros((len(half), width))
    for row, texts in enumerate(half):
        for text in texts:
            means[row] += len(text) * found[text]
    return _unit(means)


def _width(found: dict[str, Floats]) -> int:
    return next((len(vector) for vector in found.values()), 1)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
