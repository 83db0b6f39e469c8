from __future__ import annotations

import random

import pytest

from guards.measurement import apc, coverage, delta_apc
from persona_sdk.types import ConstraintScore, Entailment, Statement


def score(g, c, n, e, *, identifier="s1", weight=1.0):
    return ConstraintScore(Statement(identifier, "A fact.", weight=weight), g, Entailment(c, n, e))


def random_scores(rng, count):
    scores = []
    for i in range(count):
        c, n, e = (rng.random() for _ in range(3))
        total = c + n + e
        scores.append(score(rng.random(), c / total, n / total, e / total, identifier=f"s{i}"))
    return scores


def test_unit_vector_of_the_paper_comes_out_by_hand():
    # 0.8·0.7 + 0.2·(1-0.1) = 0.74; 0.8·0.7 - 0.2·0.1 = 0.54
    scores = [score(0.8, 0.1, 0.2, 0.7)]
    assert apc(scores) == pytest.approx(0.74)
    assert delta_apc(scores) == pytest.approx(0.54)


def test_scores_add_up_over_statements():
    scores = [score(1.0, 0.0, 0.0, 1.0), score(0.0, 1.0, 0.0, 0.0, identifier="s2")]
    assert apc(scores) == pytest.approx(1.0)
    assert delta_apc(scores) == pytest.approx(0.0)


def test_delta_is_the_score_less_what_a_neutral_reply_earns():
    scores = random_scores(random.Random(1), 40)
    neutral = sum(1 - s.relevance for s in scores)
    assert delta_apc(scores) == pytest.approx(apc(scores) - neutral)


def test_both_scores_rank_two_replies_alike():
    rng = random.Random(2)
    first, second = random_scores(rng, 20), random_scores(rng, 20)
    same_relevance = [
        ConstraintScore(b.statement, a.relevance, b.entailment)
        for a, b in zip(first, second, strict=True)
    ]
    assert delta_apc(first) - delta_apc(same_relevance) == pytest.approx(
        apc(first) - apc(same_relevance)
    )


def test_scores_stay_in_their_ranges():
    rng = random.Random(3)
    for size in (1, 5, 30):
        scores = random_scores(rng, size)
        active = sum(s.relevance for s in scores)
        assert 0 <= apc(scores) <= size
        assert -(size - active) <= delta_apc(scores) <= active


def test_an_active_contradiction_costs_as_much_as_an_omission():
    assert apc([score(1.0, 1.0, 0.0, 0.0)]) == apc([score(1.0, 0.0, 1.0, 0.0)]) == 0.0


def test_coverage_is_the_weighted_share_of_active_statements():
    scores = [
        score(0.9, 0.0, 0.0, 1.0, weight=1.0),
        score(0.6, 0.0, 0.5, 0.5, weight=3.0, identifier="s2"),
    ]
    assert coverage(scores) == pytest.approx((0.9 + 0.9) / (0.9 + 1.8))


def test_coverage_of_small_talk_is_none_and_not_zero():
    assert coverage([score(0.05, 0.0, 1.0, 0.0)]) is None
    assert coverage([]) is None


def test_coverage_counts_the_most_relevant_statements_only():
    top = [score(0.9, 0.0, 0.0, 1.0, identifier=f"a{i}") for i in range(5)]
    rest = [score(0.8, 0.0, 1.0, 0.0, identifier=f"b{i}") for i in range(95)]
    assert coverage([*rest, *top]) == pytest.approx(1.0)
