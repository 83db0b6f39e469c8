"""Which draft is most like the user."""

from __future__ import annotations

from persona_sdk.profile import Style
from simulators.writing.candidates import best_candidate

NEVER_ASKS = Style(questions=0.0)
ALWAYS_ASKS = Style(questions=1.0)


def test_the_length_decides_between_equals() -> None:
    drafts = ["one", "one two three four five", "one two three four five six seven eight nine ten"]

    assert best_candidate(drafts, NEVER_ASKS, words=5, seed=1) == 1


def test_a_question_is_taken_where_the_style_asks_one() -> None:
    drafts = ["it is in there", "is it in there?"]

    assert best_candidate(drafts, ALWAYS_ASKS, words=4, seed=1) == 1
    assert best_candidate(drafts, NEVER_ASKS, words=4, seed=1) == 0


def test_lecturing_is_passed_over() -> None:
    drafts = ["Certainly, for example this", "no clue what this is"]

    assert best_candidate(drafts, NEVER_ASKS, words=4, seed=1) == 1


def test_another_script_counts_against_english_users_only() -> None:
    drafts = ["где это", "no idea"]

    assert best_candidate(drafts, NEVER_ASKS, words=2, seed=1) == 1
    assert best_candidate(drafts, NEVER_ASKS, words=2, seed=1, language="ru") == 0
