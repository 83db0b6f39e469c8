"""What a GGUF file says of itself before its weights: values and tensor shapes, nothing loaded."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.errors import ModelNotFound

Value = str | int | float | bool
"""A value of the header; lists, such as the vocabulary, are skipped."""

MAGIC = b"GGUF"
"""What every GGUF file begins with."""

_NUMBERS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True, slots=True)
class TensorShape:
    """The shape of a tensor and how its numbers are written."""

    sizes: tuple[int, ...]
    """The innermost size first: (inputs, outputs) of a linear map."""
    kind: int
    """Number of the ggml type: 0 is F32, 1 is F16, 8 is Q8_0."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """The header of one file."""

    path: Path
    values: Mapping[str, Value]
    tensors: Mapping[str, TensorShape]

    @property
    def architecture(self) -> str:
        """Name of the architecture, e.g. `llama`; empty if the file names none."""
        return str(self.values.get("general.architecture", ""))

    @property
    def layers(self) -> int | None:
        """Number of layers; None if the file does not say."""
        count = self.values.get(f"{self.architecture}.block_count")
        return None if count is None else int(count)


def read_header(path: str | Path) -> GgufHeader:
    """Read the header of a GGUF file of version 2 or 3.

    Raises:
        ModelNotFound: The file is missing, not GGUF, of another version or cut short.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
            if start != MAGIC:
                raise ModelNotFound(
                    f"{path} is not a GGUF file, it begins with {start!r}: convert it first"
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reader(data).header(path)
    except OSError as error:
        raise ModelNotFound(f"cannot read {path} ({error.strerror}): name a GGUF file") from error
    except (struct.error, UnicodeDecodeError, KeyError, OverflowError) as error:
        raise ModelNotFound(
            f"the header of {path} is broken ({error}): the file may be cut short, get it again"
        ) from error


class _Reader:
    """Goes through the bytes of a header once."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = len(MAGIC)

    def header(self, path: Path) -> GgufHeader:
        version = self._number("I")
        if version not in (2, 3):
            raise ModelNotFound(f"{path} is GGUF of version {version}: write it as version 3")
        tensors, pairs = self._number("Q"), self._number("Q")
        values = dict(self._pair() for _ in range(pairs))
        shapes = dict(self._shape() for _ in range(tensors))
        return GgufHeader(path, {k: v for k, v in values.items() if v is not None}, shapes)

    def _pair(self) -> tuple[str, Value | None]:
        key, kind = self._text(), self._number("I")
        if kind == _ARRAY:
            self._skip_array()
            return key, None
        return key, self._text() if kind == _STRING else self._unpacked(_NUMBERS[kind])

    def _skip_array(self) -> None:
        kind, count = self._number("I"), self._number("Q")
        if kind == _STRING:
            for _ in range(count):
                self._at += 8 + self._number_at(self._at)
        elif kind == _ARRAY:
            for _ in range(count):
                self._skip_array()
        else:
            self._at += count * struct.calcsize(_NUMBERS[kind])

    def _shape(self) -> tuple[str, TensorShape]:
        name, count = self._text(), self._number("I")
        sizes = tuple(self._number("Q") for _ in range(count))
        kind = self._number("I")
        self._number("Q")  # where its numbers begin
        return name, TensorShape(sizes, kind)

    def _text(self) -> str:
        size = self._number("Q")
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise struct.error(f"a text of {size} bytes does not fit")
        return self._data[start : self._at].decode()

    def _number(self, form: str) -> int:
        return int(self._unpacked(form))

    def _number_at(self, place: int) -> int:
        return int(struct.unpack_from("<Q", self._data, place)[0])

    def _unpacked(self, form: str) -> Value:
        found: tuple[Value, ...] = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(form)
        return found[0]
