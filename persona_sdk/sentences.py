"""Cuts a reply into sentences, each of them speech, an (action) or a [thought]."""

from __future__ import annotations

import re
from dataclasses import dataclass

from persona_sdk.types import SegmentKind


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence of a text: `text` is `source[start:end]` without surrounding space."""

    text: str
    start: int
    end: int
    kind: SegmentKind

    @property
    def makes_claim(self) -> bool:
        """False for greetings and plain questions: they say nothing about the character."""
        if self.kind != "speech":
            return True
        text = self.text.strip("\"'“”‘’*_ ")
        if not any(c.isalnum() for c in text) or _greets(text):
            return False
        return not (text.endswith("?") and _ASKING.match(text) and not _ASSERTING.search(text))


def split_segments(text: str) -> list[Segment]:
    """Cut `text` into sentences in order; together they hold every non-space character.

    `(...)` and `*...*` are actions, `[...]` is a thought, the rest is speech. A bracket that is
    never closed is plain speech.

    Example:
        >>> [(s.kind, s.text) for s in split_segments("(smiles) I am Tess. [Who is he?]")]
        [('action', '(smiles)'), ('speech', 'I am Tess.'), ('thought', '[Who is he?]')]
    """
    segments: list[Segment] = []
    for start, end, kind in _regions(text)[0]:
        cuts = [*_boundaries(text, start, end), end] if kind == "speech" else [end]
        for cut in cuts:
            piece = text[start:cut]
            if piece.strip():
                left = start + len(piece) - len(piece.lstrip())
                segments.append(Segment(piece.strip(), left, left + len(piece.strip()), kind))
            start = cut
    return segments


class SentenceBuffer:
    """Holds streamed text back until a sentence is certainly complete.

    The pieces that `feed` and `flush` return, joined, are exactly the text that was fed.

    Example:
        >>> buffer = SentenceBuffer()
        >>> buffer.feed("I am Tess. I li"), buffer.flush()
        (['I am Tess. '], ['I li'])
    """

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[str]:
        """Add `piece` and return the sentences that it completes, with their trailing space."""
        self._held += piece
        regions, unclosed = _regions(self._held)
        limit = len(self._held) if unclosed is None else unclosed
        starts = [s.start for s in split_segments(self._held)]
        # The last sentence may still grow; so may a region that an open bracket starts.
        done = [s for s in starts[1:] if s <= limit]
        if not regions or not done:
            return []
        return self._release(done)

    def flush(self) -> list[str]:
        """Return what is left, cut into sentences, and become empty."""
        starts = [s.start for s in split_segments(self._held)]
        pieces = self._release([*starts[1:], len(self._held)])
        return [p for p in pieces if p]

    def _release(self, cuts: list[int]) -> list[str]:
        begin, pieces = 0, []
        for cut in cuts:
            pieces.append(self._held[begin:cut])
            begin = cut
        self._held = self._held[begin:]
        return pieces


def _regions(text: str) -> tuple[list[tuple[int, int, SegmentKind]], int | None]:
    """Return (start, end, kind) regions that tile `text`, and where a bracket stays open."""
    regions: list[tuple[int, int, SegmentKind]] = []
    closers = _matched_brackets(text)
    speech_from, at, unclosed = 0, 0, None
    while at < len(text):
        kind = _opens(text, at)
        if kind is None:
            at += 1
        elif at not in closers:
            unclosed = at if unclosed is None else unclosed
            at += 1
        else:
            if at > speech_from:
                regions.append((speech_from, at, "speech"))
            regions.append((at, closers[at], kind))
            at = speech_from = closers[at]
    if speech_from < len(text):
        regions.append((speech_from, len(text), "speech"))
    return regions, unclosed


def _matched_brackets(text: str) -> dict[int, int]:
    """Map the position of each opener that is closed to the position after its closer."""
    matched: dict[int, int] = {}
    open_at: dict[str, list[int]] = {")": [], "]": []}
    star: int | None = None
    for i, char in enumerate(text):
        if char in _CLOSER:
            open_at[_CLOSER[char]].append(i)
        elif open_at.get(char):
            matched[open_at[char].pop()] = i + 1
        elif char == "*" and star is not None:
            matched[star], star = i + 1, None
        elif _opens(text, i) is not None:
            star = i
    return matched


def _opens(text: str, at: int) -> SegmentKind | None:
    char = text[at]
    if char == "(":
        return "action"
    if char == "[":
        return "thought"
    if char != "*":
        return None
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    emphasis = before == "*" or after == "*"
    starts = not (before.isalnum() or after.isspace())
    return "action" if starts and not emphasis else None


def _boundaries(text: str, start: int, end: int) -> list[int]:
    """Return the positions inside `text[start:end]` where a new sentence begins."""
    cuts: list[int] = []
    for match in _END.finditer(text, start, end):
        sentence_start = cuts[-1] if cuts else start
        if match.end() < end and _ends_sentence(text, sentence_start, match):
            cuts.append(match.end())
    return cuts


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark, quote = match["mark"], match["quote"]
    if mark is None or mark[0] in "。！？" or "\n" in match[0]:
        return True
    follows = text[match.end() : match.end() + 1]
    if follows.islower() and (quote or mark.startswith(("..", "…"))):
        return False
    if mark != ".":
        return True
    word = text[start : match.start()].split()[-1:] or [""]
    last = word[0].strip("\"'“”‘’(")
    first_word = text[start : match.start()].strip() == word[0]
    return not (
        last.lower() in _ABBREVIATIONS
        or (len(last) == 1 and last.isupper() and last != "I")
        or (last.isdigit() and first_word)
    )


def _greets(text: str) -> bool:
    """Is every word part of a greeting, a thank-you or an interjection?"""
    words = re.findall(r"[\w'’]+", _GREETING_PHRASE.sub("hello", text.lower()))
    cores = [w in _GREETINGS or _LAUGH.fullmatch(w) for w in words]
    return any(cores) and all(
        core or w in _AFTER_GREETING for w, core in zip(words, cores, strict=True)
    )


_CLOSER = {"(": ")", "[": "]"}
_END = re.compile(
    r"""(?P<mark>(?<![.!?])[.!?]++|(?<!…)…++|(?<![。！？])[。！？]++)(?P<quote>["'”’»)]*+)(?:\s+|(?<=[。！？])|(?<=[。！？][”»]))
    |(?<=\S)[^\S\n]*\n\s*""",
    re.VERBOSE,
)
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr vs etc e.g i.e a.m p.m vol fig approx dept inc ltd capt col gen "
    "lt sgt rev hon mt".split()
)
_ASKING = re.compile(
    r"(?:(?:and|but|so|well|oh|now|then|hm+|or|tell me)[,\s]+)*"
    r"(?:who|whom|whose|what|when|where|why|which|how|do|does|did|is|are|am|was|were|can|could|will|"
    r"would|shall|should|may|might|have|has|had|don't|doesn't|didn't|isn't|aren't|won't|wouldn't|"
    r"can't|couldn't|you|your|yourself|any)\b",
    re.IGNORECASE,
)
_ASSERTING = re.compile(r"[.!?…].*\w|[,;:—–-]\s*(?:i|i['’]\w+|my|we|no|yes)\b", re.I | re.S)
"""Inside a question: an earlier end of a sentence, or a clause in the first person."""
_GREETING_PHRASE = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|night|day)|(?:nice|pleased) to meet you|thank you)\b"
)
_GREETINGS = frozenset(
    "hi hello hey hiya greetings welcome bye goodbye farewell cheers thanks oh ah aha well wow ooh "
    "ahoy".split()
)
_AFTER_GREETING = frozenset("there again to you too so much very my dear friend everyone".split())
_LAUGH = re.compile(r"(?:ha)++h?|(?:he){2,}+|hm++")
