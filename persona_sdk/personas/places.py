"""Finds the line and column of a key in TOML and JSON text that already parsed.

`tomllib` and `json` return values without their places. This scanner reads both languages, since
valid text needs no grammar: strings, `[...]`, `{...}` and keys are enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Format = Literal["toml", "json"]

KeyPath = tuple[str | int, ...]
"""Keys and 0-based positions from the root, e.g. `("statements", 2, "text")`."""


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of `text[offset]`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@dataclass(slots=True)
class Places:
    """Where the keys of a document stand."""

    text: str
    offsets: dict[KeyPath, int] = field(default_factory=dict)
    repeated: list[tuple[KeyPath, int]] = field(default_factory=list)
    """Keys that stand twice in one table, with the offset of the later one."""

    def of(self, path: KeyPath) -> tuple[int, int]:
        """Return line and column of `path`, or of the nearest table around it."""
        while path and path not in self.offsets:
            path = path[:-1]
        return line_and_column(self.text, self.offsets.get(path, 0))


def find_places(text: str, form: Format) -> Places:
    """Scan a valid document.

    Raises:
        RecursionError: It nests deeper than Python's stack.
    """
    scanner = _Scanner(text)
    if form == "json":
        scanner.value(())
    else:
        scanner.toml()
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places = Places(text)
        self.lengths: dict[KeyPath, int] = {}
        """Number of `[[tables]]` seen so far under a path."""

    def toml(self) -> None:
        prefix: KeyPath = ()
        while self._peek():
            if self.text.startswith("[[", self.at):
                prefix = self._header(2, element=True)
            elif self.text[self.at] == "[":
                prefix = self._header(1, element=False)
            else:
                self._pair(prefix)

    def _header(self, brackets: int, *, element: bool) -> KeyPath:
        start = self.at
        self.at += brackets
        path: KeyPath = ()
        keys = self._keys()
        for i, key in enumerate(keys):
            path = (*path, key)
            if element and i == len(keys) - 1:
                self.lengths[path] = self.lengths.get(path, 0) + 1
                self.places.offsets.setdefault(path, start)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        self._peek()
        self.at += brackets
        self.places.offsets[path] = start
        return path

    def value(self, path: KeyPath) -> None:
        opening = self._peek()
        if opening == "[":
            self.at += 1
            index = 0
            while self._peek() != "]":
                self.places.offsets[(*path, index)] = self.at
                self.value((*path, index))
                index += 1
            self.at += 1
        elif opening == "{":
            self.at += 1
            while self._peek() != "}":
                self._pair(path)
            self.at += 1
        else:
            self._take(_STRING if opening in "\"'" else _SCALAR)

    def _pair(self, prefix: KeyPath) -> None:
        start = self.at
        path = (*prefix, *self._keys())
        self._peek()
        self.at += 1
        if path in self.places.offsets:
            self.places.repeated.append((path, start))
        self.places.offsets[path] = start
        self.value(path)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            quote = self._peek()
            raw = self._take(_STRING if quote in "\"'" else _BARE_KEY)
            keys.append(raw[1:-1] if quote in "\"'" else raw)
            if self._peek() != ".":
                return keys
            self.at += 1

    def _peek(self) -> str:
        """Skip space, commas and comments; return the next character, empty at the end."""
        self._take(_SKIP)
        return self.text[self.at : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"no {pattern.pattern!r} at offset {self.at}")
        self.at = match.end()
        return match[0]


_SKIP = re.compile(r"(?:[\s,]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[\w-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)
