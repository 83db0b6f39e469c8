import doctest
import socket
import sys

import pytest

import simulators.profiles.masking
from persona_sdk.errors import MissingExtra
from persona_sdk.types import Turn
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.masking import Masker, Span, load_masker


@pytest.fixture(scope="module")
def masker() -> Masker:
    pytest.importorskip("presidio_analyzer")
    return load_masker()


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.masking).failed == 0


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail ann.lee@mail.example.com now", "mail <EMAIL> now"),
        ("see https://example.org/a?b=c", "see <URL>"),
        ("call +1 212 555 0187", "call <PHONE>"),
        ("card 4111 1111 1111 1111", "card <CARD>"),
        ("card 4111 1111 1111 1112", "card 4111 1111 1111 1112"),
        ("iban DE89 3704 0044 0532 0130 00", "iban <IBAN>"),
        ("at 192.168.0.12 it is", "at <IP> it is"),
        ("6mn + 3m = 1000000 and 12/24", "6mn + 3m = 1000000 and 12/24"),
        ("", ""),
    ],
)
def test_personal_data_is_replaced_by_its_kind(masker: Masker, text: str, masked: str) -> None:
    assert masker.mask(text).text == masked


def test_masking_needs_no_network(masker: Masker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(*place: object, **_: object) -> None:
        asked.append(place)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("tldextract.extract", refuse)  # asks once, then keeps the answer
    assert masker.mask("ann@example.co.uk, http://example.co.uk").found == 2
    assert asked == []


def test_only_the_users_turns_are_masked(masker: Masker) -> None:
    turns = (Turn("user", "I am ann@example.com"), Turn("assistant", "I am bot@example.com"))
    one, found = masker.conversation(LoggedConversation("c", turns, "x:1"))
    assert one.said == ("I am <EMAIL>",) and found == 1
    assert one.turns[1].content == "I am bot@example.com"


def test_the_longest_of_overlapping_spans_counts() -> None:
    class Both:
        def find(self, text: str) -> list[Span]:
            return [Span(0, 3, "A"), Span(0, 9, "B"), Span(8, 12, "C")]

    assert Masker([Both()]).mask("0123456789abcd") == ("<B>9abcd", 1)


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(MissingExtra, match=r"faithful-persona\[privacy\]"):
        load_masker()


def test_a_missing_model_of_names_is_told(masker: Masker) -> None:
    with pytest.raises(ValueError, match="'no_such_model' is not installed"):
        load_masker("no_such_model")
