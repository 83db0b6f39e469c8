import pytest

from persona_sdk.training.preferences.weights import PLAIN, weights_of
from persona_sdk.types import ConstraintScore, Entailment, Statement, Verdict


def verdict(*scores: tuple[float, float, float], weight: float = 1.0) -> Verdict:
    constraints = tuple(
        ConstraintScore(
            Statement(f"s{i}", f"Fact {i}.", weight=weight), g, Entailment(c, 1 - c - e, e)
        )
        for i, (g, c, e) in enumerate(scores)
    )
    return Verdict("pass", constraints, delta_apc=sum(c.delta_apc for c in constraints))


def test_statements_speak_for_the_reply_that_satisfies_them_better() -> None:
    # Active statement 0: 0.9·(0.8 - 0.1); passive statement 1: 0.8·(0.0 - 0.5) for the other.
    found = weights_of(
        verdict((0.9, 0.0, 0.8), (0.2, 0.5, 0.0)), verdict((0.9, 0, 0.1), (0.2, 0, 0))
    )
    assert found == pytest.approx((0.63, 0.4))


def test_what_supports_less_what_opposes_is_the_margin() -> None:
    one = verdict((0.9, 0.05, 0.8), (0.2, 0.5, 0.1), (0.5, 0.2, 0.3))
    other = verdict((0.9, 0.1, 0.1), (0.2, 0.0, 0.4), (0.5, 0.6, 0.1))
    found = weights_of(one, other)
    assert found.supporting - found.opposing == pytest.approx(one.delta_apc - other.delta_apc)
    turned = weights_of(other, one)
    assert (turned.supporting, turned.opposing) == (found.opposing, found.supporting)


def test_a_heavier_statement_says_more() -> None:
    pair = (0.9, 0.0, 0.8), (0.9, 0.0, 0.1)
    once, twice = (
        weights_of(*(verdict(score, weight=weight) for score in pair)) for weight in (1.0, 2.0)
    )
    assert twice.supporting == pytest.approx(2 * once.supporting)


def test_where_nothing_was_measured_the_pair_is_plain() -> None:
    assert weights_of(Verdict("pass"), Verdict("fail")) == PLAIN
    same = verdict((0.5, 0.1, 0.2))
    assert weights_of(same, same) == PLAIN
