"""Replaces personal data by its kind (`<EMAIL>`) before anything is read from a log.

Patterns and checksums of presidio find e-mail and web addresses, phone, card and bank numbers, IP
and MAC addresses, crypto wallets and US social security numbers, without a model and without the
network. Names and places need a spaCy model that the user has installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from persona_sdk.errors import MissingExtra
from persona_sdk.types import Turn
from simulators.profiles.log_values import LoggedConversation

PHONE_LENIENCY = 2
"""Of the phone number library: valid numbers in a usual grouping, not any run of digits."""


class Span(NamedTuple):
    """Personal data in a text: `text[start:end]`."""

    start: int
    end: int
    kind: str
    """What stands in its place, e.g. `EMAIL`."""


class Masked(NamedTuple):
    """A text, and how many places of it were masked."""

    text: str
    found: int


class Finder(Protocol):
    """Finds one or more kinds of personal data."""

    def find(self, text: str) -> Iterable[Span]:
        """Return where they stand, in any order; spans may overlap."""


class Masker:
    """Masks whatever its finders find; where spans overlap, the longest one counts.

    Example:
        >>> class Digits:
        ...     def find(self, text: str) -> list[Span]:
        ...         return [Span(5, 8, "NUMBER")]
        >>> Masker([Digits()]).mask("call 555 now").text
        'call <NUMBER> now'
    """

    def __init__(self, finders: Sequence[Finder]) -> None:
        self._finders = tuple(finders)

    def mask(self, text: str) -> Masked:
        """Return `text` without the personal data."""
        spans = _apart([span for finder in self._finders for span in finder.find(text)])
        pieces, at = [], 0
        for span in spans:
            pieces += [text[at : span.start], f"<{span.kind}>"]
            at = span.end
        return Masked("".join([*pieces, text[at:]]), len(spans))

    def conversation(self, conversation: LoggedConversation) -> tuple[LoggedConversation, int]:
        """Return a conversation with masked user turns, and the number of masks."""
        masked = [
            self.mask(turn.content) if turn.role == "user" else Masked(turn.content, 0)
            for turn in conversation.turns
        ]
        turns = tuple(
            Turn(turn.role, text)
            for turn, (text, _) in zip(conversation.turns, masked, strict=True)
        )
        return replace(conversation, turns=turns), sum(count for _, count in masked)


def load_masker(names_model: str = "") -> Masker:
    """Return a masker over presidio's patterns.

    Args:
        names_model: An installed spaCy model that finds names and places too; empty does without.

    Raises:
        MissingExtra: presidio-analyzer is not installed.
        ValueError: There is no such spaCy model on this machine.
    """
    finders: list[Finder] = [_Patterns()]
    if names_model:
        finders.append(_Names(names_model))
    return Masker(finders)


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept)


class _Patterns:
    """Presidio's recognisers by pattern and checksum."""

    def __init__(self) -> None:
        try:
            from presidio_analyzer import predefined_recognizers as known
        except ImportError as error:
            raise MissingExtra("presidio-analyzer", "privacy") from error

        class Email(known.EmailRecognizer):
            def validate_result(self, pattern_text: str) -> bool | None:
                # The original asks the network for a list of domains.
                return None

        self._recognizers = [
            (kind, recognizer)
            for kind, recognizer in (
                ("EMAIL", Email()),
                ("URL", known.UrlRecognizer()),
                ("PHONE", known.PhoneRecognizer(leniency=PHONE_LENIENCY)),
                ("CARD", known.CreditCardRecognizer()),
                ("IBAN", known.IbanRecognizer()),
                ("IP", known.IpRecognizer()),
                ("MAC", known.MacAddressRecognizer()),
                ("CRYPTO", known.CryptoRecognizer()),
                ("SSN", known.UsSsnRecognizer()),
            )
        ]

    def find(self, text: str) -> list[Span]:
        return [
            Span(result.start, result.end, kind)
            for kind, recognizer in self._recognizers
            for result in recognizer.analyze(text, recognizer.supported_entities) or ()
            if result.score > 0
        ]


class _Names:
    """Names and places as a spaCy model sees them."""

    def __init__(self, model: str) -> None:
        import spacy  # presidio brings it

        try:
            self._nlp = spacy.load(model)
        except OSError as error:
            raise ValueError(
                f"the spaCy model {model!r} is not installed: `python -m spacy download {model}`"
            ) from error

    def find(self, text: str) -> list[Span]:
        return [
            Span(entity.start_char, entity.end_char, _NAMED[entity.label_])
            for entity in self._nlp(text).ents
            if entity.label_ in _NAMED
        ]


_NAMED = {"PERSON": "NAME", "PER": "NAME", "GPE": "PLACE", "LOC": "PLACE"}
