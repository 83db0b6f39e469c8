"""Enforcing a style on what a model wrote."""

from __future__ import annotations

import pytest

from persona_sdk.profile import Style
from persona_sdk.seeds import derived
from simulators.stylometry import measure_style
from simulators.writing.style import restyled

DRAFTS = (
    "I would like to know what you do for a living. Do you enjoy it? Please tell me more.",
    "That sounds great! I don't know much about music, but I'm curious because my sister plays.",
    "I am a nurse and I work at night, so I'm usually tired. It is hard to find good people.",
    "Could you explain how you learned it? I can't imagine doing that every day.",
    "Thanks, that helps. I think we should try it, though you could tell me what to do first.",
    "Hello! My name is Sam. What are you working on right now? I don't mind waiting.",
)
CASUAL = Style(
    words=6.0,
    spread=0.6,
    lower_start=0.9,
    end_mark=0.1,
    lower_i=0.9,
    apostrophes=0.1,
    exclamations=0.0,
    emoji=0.2,
    shorthand=0.08,
    courtesy=0.05,
)
FORMAL = Style(
    words=14.0,
    spread=0.3,
    lower_start=0.0,
    end_mark=1.0,
    exclamations=0.2,
    courtesy=0.5,
    register="formal",
)


def written(style: Style, *, turns: int = 400) -> list[str]:
    return [restyled(DRAFTS[i % len(DRAFTS)], style, seed=derived(7, i)) for i in range(turns)]


@pytest.mark.parametrize("style", [CASUAL, FORMAL, Style()], ids=["casual", "formal", "plain"])
def test_a_style_that_was_enforced_is_measured_again(style: Style) -> None:
    again = measure_style(written(style))

    for rate in ("lower_start", "end_mark", "lower_i", "apostrophes", "emoji", "courtesy"):
        assert getattr(again, rate) == pytest.approx(getattr(style, rate), abs=0.12), rate
    assert again.shorthand == pytest.approx(style.shorthand, abs=0.04)
    assert again.words == pytest.approx(style.words, rel=0.35)


def test_the_same_seed_gives_the_same_text() -> None:
    assert written(CASUAL, turns=20) == written(CASUAL, turns=20)


def test_other_seeds_give_other_lengths() -> None:
    loose = Style(words=8.0, spread=1.0)

    assert len({len(t.split()) for t in written(loose, turns=40)}) > 5


def test_typos_come_at_the_rate_of_the_style() -> None:
    clean, sloppy = (
        [restyled(d, Style(words=30, typos=rate), seed=i) for i, d in enumerate(DRAFTS * 30)]
        for rate in (0.0, 0.1)
    )
    changed = sum(
        a != b
        for one, other in zip(clean, sloppy, strict=True)
        for a, b in zip(one.split(), other.split(), strict=False)
    )

    assert changed / sum(len(t.split()) for t in clean) == pytest.approx(0.1, abs=0.04)


def test_a_long_draft_is_cut_where_a_clause_ends() -> None:
    style = Style(words=6, spread=0, end_mark=0, courtesy=0)

    assert restyled(DRAFTS[1], style, seed=1) == "That sounds great"


def test_question_marks_are_taken_only_from_who_ends_without_marks() -> None:
    draft = "What do you do?"

    assert restyled(draft, Style(end_mark=1, courtesy=0), seed=1) == "What do you do?"
    assert (
        restyled(draft, Style(end_mark=0, exclamations=0, courtesy=0), seed=1) == "What do you do"
    )


def test_courtesy_is_taken_away_from_the_blunt() -> None:
    said = [restyled(d, Style(courtesy=0.0, words=40), seed=i) for i, d in enumerate(DRAFTS)]

    assert not any(w in t.lower() for t in said for w in ("please", "thanks", "hello"))


def test_own_phrases_open_some_turns() -> None:
    style = Style(words=20, phrases=("to be honest",))

    assert any(t.lower().startswith("to be honest, ") for t in written(style, turns=100))


def test_a_turn_of_one_word_stays_a_turn() -> None:
    assert restyled("Please.", Style(courtesy=0.0, end_mark=1.0), seed=1) == "Please."


def test_numbers_and_names_do_not_slip() -> None:
    style = Style(words=20, typos=1.0, courtesy=0.0)

    assert "12345 Paris" in restyled("12345 Paris", style, seed=3)


def test_a_question_that_a_model_left_open_is_marked_as_one() -> None:
    style = Style(end_mark=1, exclamations=0, courtesy=0, words=20)

    assert restyled("so what do you do", style, seed=1) == "So what do you do?"
    assert restyled("what you do is odd", style, seed=1) == "What you do is odd."


def test_a_name_behind_a_phrase_keeps_its_capital() -> None:
    talker = Style(words=9, phrases=("long night",), courtesy=0, lower_start=0)
    said = {
        restyled("Hester, what do you eat and drink all day?", talker, seed=i) for i in range(60)
    }

    assert any(text.startswith("Long night, Hester, what") for text in said)
    assert not any("hester" in text for text in said)
