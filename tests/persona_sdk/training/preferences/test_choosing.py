from collections.abc import Callable

import pytest

from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.choosing import Rules, choose_pairs
from persona_sdk.training.preferences.matching import Matching
from persona_sdk.types import (
    Attempt,
    ConstraintScore,
    Entailment,
    PreferencePair,
    Statement,
    Turn,
    Verdict,
)

Made = Callable[..., Attempt]
Asked = Callable[..., Candidates]
ANY_STYLE = Matching(length=None, negations=False)


def ends(pairs: tuple[PreferencePair, ...]) -> list[tuple[str, str]]:
    return [(pair.chosen, pair.rejected) for pair in pairs]


def test_the_draft_that_leads_by_more_than_the_margin_is_chosen(
    attempt: Made, asked: Asked
) -> None:
    found = choose_pairs([asked(attempt("I sell wax.", gain=0.1), attempt("I keep bees.", gain=1))])
    assert ends(found.pairs) == [("I keep bees.", "I sell wax.")]
    assert found.pairs[0].margin == 0.9
    assert (found.pairs[0].persona, found.pairs[0].query) == ("Tess", "What do you do?")
    assert found.pairs[0].source == "test"


def test_a_lead_as_large_as_the_margin_is_too_small(attempt: Made, asked: Asked) -> None:
    found = choose_pairs(
        [asked(attempt("I sell wax.", gain=0.5), attempt("I keep bees.", gain=1.0))],
        Rules(margin=0.5),
    )
    assert not found.pairs
    assert found.dropped == {"query: the margin is too small": 1}


@pytest.mark.parametrize("outcome", ["fail", "unscored"])
def test_what_did_not_pass_is_never_chosen(attempt: Made, asked: Asked, outcome: str) -> None:
    one = asked(attempt("I keep bees.", outcome, gain=9.0), attempt("I sell wax.", gain=0.0))
    assert not choose_pairs([one], Rules(reject_unscored=True)).pairs


def test_a_doubtful_draft_is_rejected_only_if_asked_and_only_if_it_was_measured(
    attempt: Made, asked: Asked
) -> None:
    score = ConstraintScore(Statement("s1", "Tess keeps bees."), 0.9, Entailment(0.6, 0.3, 0.1))
    measured = Attempt("I sell wax.", Verdict("unscored", (score,), delta_apc=-1.0))
    good, asks = attempt("I keep bees.", gain=1.0), Rules(reject_unscored=True)
    assert ends(choose_pairs([asked(good, measured)], asks).pairs) == [(good.draft, measured.draft)]
    assert choose_pairs([asked(good, measured)]).dropped["draft: unscored"] == 1
    blind = attempt("I sell wax.", "unscored", gain=-1.0)
    assert choose_pairs([asked(good, blind)], asks).dropped["draft: unscored"] == 1


def test_against_a_hard_violation_any_lead_is_enough(
    attempt: Made, asked: Asked, violating: Made
) -> None:
    good = attempt("I keep bees.", gain=0.1)
    hard, soft = (violating("I hate bees.", 0.05, hard=hard) for hard in (True, False))
    assert ends(choose_pairs([asked(good, hard)]).pairs) == [("I keep bees.", "I hate bees.")]
    assert choose_pairs([asked(good, hard)]).pairs[0].violated == ("Tess keeps bees.",)
    assert not choose_pairs([asked(good, soft)]).pairs


def test_a_hard_violation_with_the_better_score_makes_no_pair(
    attempt: Made, asked: Asked, violating: Made
) -> None:
    one = asked(attempt("I keep bees.", gain=0.1), violating("I hate bees.", 0.2, hard=True))
    assert not choose_pairs([one]).pairs


def test_fallback_lines_and_empty_drafts_take_no_part(attempt: Made, asked: Asked) -> None:
    one = asked(
        attempt("", "unscored"),
        attempt("I would rather not say.", gain=5.0, rung="fallback"),
        attempt("I sell wax.", gain=0.0),
    )
    found = choose_pairs([one])
    assert not found.pairs
    assert found.dropped == {
        "draft: empty": 1,
        "draft: a fallback line": 1,
        "query: nothing to reject": 1,
    }


def test_a_repaired_draft_is_chosen_over_the_one_that_failed(
    attempt: Made, asked: Asked, violating: Made
) -> None:
    one = asked(
        violating("I hate bees.", -1.0, hard=False), attempt("I keep bees.", gain=1, rung="hint")
    )
    (found,) = choose_pairs([one]).pairs
    assert found.chosen == "I keep bees."
    assert found.prompt[-1] == Turn("user", "What do you do?")


def test_the_best_pair_among_those_alike_in_style_is_taken(attempt: Made, asked: Asked) -> None:
    one = asked(
        attempt("I keep bees.", gain=3.0),
        attempt("I sell wax.", gain=1.0),
        attempt("I do not know, nor do I care at all about that, you see.", gain=-2.0),
    )
    found = choose_pairs([one])
    assert ends(found.pairs) == [("I keep bees.", "I sell wax.")]
    assert found.unmatched[0].margin == 5.0


def test_a_query_without_replies_alike_in_style_is_dropped_and_counted(
    attempt: Made, asked: Asked
) -> None:
    one = asked(attempt("I keep bees.", gain=3.0), attempt("I do not keep bees.", "fail"))
    found = choose_pairs([one])
    assert found.dropped == {"query: no pair is alike in length and negations": 1}
    assert len(choose_pairs([one], Rules(matching=ANY_STYLE)).pairs) == 1


def test_all_takes_every_pair_of_a_query(attempt: Made, asked: Asked) -> None:
    drafts = [attempt(f"I keep {n} bees.", gain=n) for n in (1, 2, 3)]
    assert len(choose_pairs([asked(*drafts)], Rules(take="all")).pairs) == 3
    assert len(choose_pairs([asked(*drafts)]).pairs) == 1


def test_near_equal_drafts_count_once_and_the_worse_verdict_counts(
    attempt: Made, asked: Asked
) -> None:
    one = asked(
        attempt("I keep bees.", gain=1.0),
        attempt("Bees, I keep!", "fail", gain=1.0),
        attempt("I sell wax.", gain=0.0),
    )
    found = choose_pairs([one])
    assert not found.pairs
    assert found.dropped["draft: as good as another one"] == 1


def test_the_same_pair_from_two_sources_stands_once(attempt: Made, asked: Asked) -> None:
    drafts = attempt("I keep bees.", gain=1.0), attempt("I sell wax.", gain=0.0)
    found = choose_pairs([asked(*drafts), asked(*drafts, query="what do you DO")])
    assert len(found.pairs) == 1
    assert found.dropped == {"pair: as good as another one": 1}


def test_pairs_that_gainsay_each_other_stand_once(attempt: Made, asked: Asked) -> None:
    first = asked(attempt("I keep bees.", gain=1.0), attempt("I sell wax.", gain=0.0))
    other = asked(attempt("I keep bees.", gain=0.0), attempt("I sell wax.", gain=1.0))
    found = choose_pairs([first, other])
    assert ends(found.pairs) == [("I keep bees.", "I sell wax.")]
    assert found.dropped == {"pair: against another one": 1}


def test_a_draft_with_marks_of_a_template_takes_no_part(attempt: Made, asked: Asked) -> None:
    one = asked(attempt("I keep bees.<|im_end|>", gain=9.0), attempt("I sell wax."))
    assert choose_pairs([one]).dropped["draft: holds marks of a chat template"] == 1


def test_a_prompt_with_a_withheld_turn_is_not_learned_from(attempt: Made) -> None:
    prompt = (Turn("user", "Hi"), Turn("assistant", ""), Turn("user", "Well?"))
    one = Candidates(prompt, "Tess", (attempt("I keep bees.", gain=1), attempt("I sell wax.")))
    assert choose_pairs([one]).dropped == {"query: its prompt cannot be learned from": 1}


def test_the_chosen_draft_can_be_asked_to_gain(attempt: Made, asked: Asked) -> None:
    one = asked(attempt("I keep bees.", gain=-1.0), attempt("I sell wax.", gain=-2.0))
    found = choose_pairs([one], Rules(least=0.0))
    assert found.dropped == {"query: no draft is good enough": 1}


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(ValueError, match=r"margin must be at least 0, was: -1"):
        Rules(margin=-1)
