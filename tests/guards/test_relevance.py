from __future__ import annotations

import pytest

from guards.relevance import EncoderRelevance
from persona_sdk.errors import ScorerError
from persona_sdk.types import Query, Turn, as_statements

STATEMENTS = as_statements(["jjj.", "zzz."])


def rows(encoder):
    return sum(count for count, _ in encoder.toy_session.shapes)


def test_each_statement_gets_a_probability_in_order(make_encoder):
    scorer = EncoderRelevance(make_encoder())
    shared, apart = scorer.relevance(Query("B", "jjj."), STATEMENTS)
    assert 0 <= apart < shared <= 1
    assert scorer.name == "toy"


def test_a_query_is_judged_once(make_encoder):
    encoder = make_encoder()
    scorer = EncoderRelevance(encoder)
    first = scorer.relevance(Query("B", "jjj?"), STATEMENTS)
    assert scorer.relevance(Query("B", "jjj?"), STATEMENTS) == first
    assert rows(encoder) == 2


def test_another_history_is_another_judgement(make_encoder):
    encoder = make_encoder()
    scorer = EncoderRelevance(encoder)
    scorer.relevance(Query("B", "and?"), STATEMENTS)
    scorer.relevance(Query("B", "and?", (Turn("user", "zzz."),)), STATEMENTS)
    assert rows(encoder) == 4


def test_system_turns_are_no_context(make_encoder):
    encoder = make_encoder()
    scorer = EncoderRelevance(encoder)
    plain = scorer.relevance(Query("B", "and?"), STATEMENTS)
    assert scorer.relevance(Query("B", "and?", (Turn("system", "zzz."),)), STATEMENTS) == plain


def test_the_cache_is_bounded(make_encoder):
    encoder = make_encoder()
    scorer = EncoderRelevance(encoder, cache_size=1)
    scorer.relevance(Query("B", "a?"), STATEMENTS)
    scorer.relevance(Query("B", "a?"), STATEMENTS[:1])
    assert rows(encoder) == 3


def test_a_long_query_is_read_from_its_end(make_encoder):
    scorer = EncoderRelevance(make_encoder())
    long = Query("B", "bb " * 60 + "zzz.")
    jjj, zzz = scorer.relevance(long, STATEMENTS)
    assert zzz > jjj


def test_a_statement_that_hides_the_query_is_a_scorer_error(make_encoder):
    with pytest.raises(ScorerError, match="too long to judge"):
        EncoderRelevance(make_encoder()).relevance(
            Query("B", "a long enough query?"), as_statements(["z" * 55])
        )


def test_no_statements_need_no_judgement(make_encoder):
    assert EncoderRelevance(make_encoder()).relevance(Query("B", "a?"), []) == []
