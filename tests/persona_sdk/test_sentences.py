"""Cutting replies into sentences, whole and streamed."""

import random

import pytest

from persona_sdk.sentences import SentenceBuffer, split_segments

TEXTS = [
    "(smiles) I am Tess. [Who is he?]",
    "Dr. Lee met me at 3.5 km. yeah. i like tea... and you?\nNo.\n\n1. Foo bar",
    '"I\'m fine." she said. *waves* 5 * 3 = 15. **Bold** yes!',
    "你好。我是猫。OK",
    "(unclosed stuff. And more (inner) x",
    "Yes.*nods* No * x 🙂🙂. End",
    "",
    "   ",
]


def texts(source: str) -> list[str]:
    return [s.text for s in split_segments(source)]


def kinds(source: str) -> list[str]:
    return [s.kind for s in split_segments(source)]


def test_speech_action_and_thought_are_told_apart() -> None:
    source = "(sips her tea) I like it. [He looks sad.] *laughs*"
    assert kinds(source) == ["action", "speech", "thought", "action"]


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("Mr. Bell is here. Sit.", ["Mr. Bell is here.", "Sit."]),
        ("No. I hate it.", ["No.", "I hate it."]),
        ("So do I. And you?", ["So do I.", "And you?"]),
        ("J. R. Stone wrote it.", ["J. R. Stone wrote it."]),
        ("It is 3.5 km. Far!", ["It is 3.5 km.", "Far!"]),
        ("born in 1990. then moved", ["born in 1990.", "then moved"]),
        ("wait... what", ["wait... what"]),
        ("one\ntwo", ["one", "two"]),
        ('"Go." she said.', ['"Go." she said.']),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(source: str, sentences: list[str]) -> None:
    assert texts(source) == sentences


def test_long_runs_of_laughter_and_dots_are_cut_at_once() -> None:
    assert not split_segments("ha" * 5000 + "!")[0].makes_claim
    assert split_segments("ha" * 5000 + " you")[0].makes_claim is False
    assert len(split_segments("." * 50_000 + " Yes")) == 2


@pytest.mark.parametrize("source", TEXTS)
def test_spans_point_into_the_source_and_lose_nothing_but_space(source: str) -> None:
    segments = split_segments(source)
    assert all(source[s.start : s.end] == s.text for s in segments)
    assert "".join("".join(s.text.split()) for s in segments) == "".join(source.split())


@pytest.mark.parametrize("source", TEXTS)
def test_a_streamed_text_is_cut_as_the_whole_text_is(source: str) -> None:
    dice = random.Random(7)
    for _ in range(50):
        buffer, pieces, at = SentenceBuffer(), list[str](), 0
        while at < len(source):
            step = dice.randint(1, 6)
            pieces += buffer.feed(source[at : at + step])
            at += step
        pieces += buffer.flush()
        assert "".join(pieces) == source
        assert [p.strip() for p in pieces if p.strip()] == texts(source)


def test_an_open_bracket_is_held_until_it_closes() -> None:
    buffer = SentenceBuffer()
    assert buffer.feed("Hi. (She walks. Then she") == ["Hi. "]
    assert buffer.feed(" sits.) Good") == ["(She walks. Then she sits.) "]


@pytest.mark.parametrize(
    "greeting",
    [
        "Hello!",
        "Well, hello there.",
        "Do you like it?",
        "And you?",
        "...",
        "Good day!",
        "Haha!",
        "Thank you so much.",
    ],
)
def test_greetings_and_questions_claim_nothing(greeting: str) -> None:
    assert [s.makes_claim for s in split_segments(greeting)] == [False]


@pytest.mark.parametrize(
    "claim",
    ["No.", "I love coffee, don't you?", "(drinks coffee)", "[I am a spy?]", "Hello, I am Eve."],
)
def test_answers_tags_actions_and_thoughts_claim_something(claim: str) -> None:
    assert [s.makes_claim for s in split_segments(claim)] == [True]
