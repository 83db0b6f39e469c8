"""From decoded bytes to text that may leave: whole characters, and nothing of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class ReplyText:
    r"""Collects what an engine decodes and hands out what is sure.

    Bytes wait until their character is whole; text that may turn out to begin a stop string waits
    until it is known not to.

    Example:
        >>> text = ReplyText(stop=("\nUser:",))
        >>> [text.feed(b"Hi\xf0\x9f"), text.feed(b"\x98\x80\nUs"), text.feed(b"er:")]
        ['Hi', '😀', '']
        >>> text.stopped
        True
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = tuple(s for s in stop if s)
        self._held = ""
        self.stopped = False
        """A stop string was met; nothing more will come."""

    def feed(self, piece: bytes) -> str:
        """Take decoded bytes; return the text that is sure now, often empty."""
        return self.feed_text(self._decoder.decode(piece))

    def feed_text(self, text: str) -> str:
        """Take decoded text; return the text that is sure now."""
        if self.stopped or not self._stops:
            return "" if self.stopped else text
        self._held += text
        found = [at for s in self._stops if (at := self._held.find(s)) >= 0]
        if found:
            self.stopped = True
            return self._release(min(found))
        return self._release(len(self._held) - self._doubtful())

    def finish(self) -> str:
        """Return what was held back, when the engine is done. Half a character is dropped."""
        return "" if self.stopped else self._release(len(self._held))

    def _release(self, end: int) -> str:
        sure, self._held = self._held[:end], self._held[end:]
        return sure

    def _doubtful(self) -> int:
        """Length of the longest end of the held text that begins a stop string."""
        longest = min(len(self._held), max(map(len, self._stops)) - 1)
        for length in range(longest, 0, -1):
            tail = self._held[-length:]
            if any(s.startswith(tail) for s in self._stops):
                return length
        return 0
