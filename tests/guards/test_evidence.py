from __future__ import annotations

from guards.cascade import Reach
from guards.evidence import ACTIVE, DOUBT, gather
from guards.scripted import CONTRADICTED, NEUTRAL, ScriptedEntailment
from guards.utterances import utterances
from persona_sdk.types import ConstraintScore, Entailment, Query, as_statements

STATEMENTS = as_statements(["Alice never drinks coffee.", "Alice plays the guitar."])
QUERY = Query("Alice", "So?")


class Recorder(ScriptedEntailment):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = []

    def entailment(self, query, responses, statements):
        self.seen += [(r, s.id) for r, s in zip(responses, statements, strict=True)]
        return super().entailment(query, responses, statements)


def whole(*contradictions, relevance=0.1):
    return [
        ConstraintScore(s, relevance, Entailment(c, 1 - c, 0.0))
        for s, c in zip(STATEMENTS, contradictions, strict=True)
    ]


def found(draft, constraints, scores=None):
    scorer = Recorder(scores)
    evidence = gather(scorer, QUERY, constraints, draft, utterances(draft, "Alice")).evidence
    return {(e.sentence, e.statement.id): e.entailment for e in evidence}, scorer.seen


def test_sentences_are_judged_where_the_whole_reply_leaves_doubt():
    _, seen = found("I slept. I ate.", whole(DOUBT, DOUBT - 0.01))
    assert seen == [("I slept.", "s1"), ("I ate.", "s1")]


def test_sentences_are_judged_against_what_the_query_asks_for():
    _, seen = found("I slept. I ate.", whole(0.0, 0.0, relevance=ACTIVE))
    assert len(seen) == 4


def test_a_sentence_is_judged_where_it_shares_a_content_word():
    _, seen = found("I slept. I sold my guitars.", whole(0.0, 0.0))
    assert seen == [("I sold my guitars.", "s2")]


def test_the_name_of_the_character_is_no_shared_word():
    assert found("I slept. My name is Alice.", whole(0.0, 0.0))[1] == []


def test_evidence_is_remote_without_a_shared_word_or_a_query_for_it():
    draft = "I sold my guitars."
    for relevance, expected in ((0.1, [True, False]), (ACTIVE, [False, False])):
        constraints = whole(0.9, 0.9, relevance=relevance)
        evidence = gather(
            Recorder(), QUERY, constraints, draft, utterances(draft, "Alice")
        ).evidence
        assert [e.remote for e in evidence] == expected


def test_the_whole_reply_speaks_for_its_worst_sentence():
    scores = {("ate", "s1"): Entailment(0.2, 0.8, 0.0)}
    evidence, _ = found("I slept. I ate.", whole(0.9, 0.0), scores)
    assert evidence["I ate.", "s1"].contradiction == 0.9
    assert evidence["I slept.", "s1"] == NEUTRAL


def test_a_question_in_the_reply_does_not_make_the_whole_of_it_false():
    evidence, seen = found("I slept. I ate. Do you drink coffee?", whole(0.9, 0.0))
    assert ("I slept. I ate.", "s1") in seen
    assert set(evidence.values()) == {NEUTRAL}


def test_claims_beside_a_question_are_judged_together():
    scores = {("slept. I ate", "s1"): CONTRADICTED}
    evidence, _ = found("I slept. I ate. Do you?", whole(0.5, 0.0), scores)
    assert evidence["I slept.", "s1"] == CONTRADICTED


def test_claims_are_not_judged_together_where_nothing_is_in_doubt():
    _, seen = found("I slept. I sold my guitars. Do you play?", whole(0.0, 0.0))
    assert seen == [("I sold my guitars.", "s2")]


def test_one_claim_beside_a_greeting_is_judged_alone():
    _, seen = found("Hello! I ate.", whole(0.9, 0.0))
    assert seen == [("I ate.", "s1")]


def test_each_sentence_keeps_its_closest_pairs_and_the_best_of_the_others():
    draft = "I slept. I sold my guitars. I ate."
    said = utterances(draft, "Alice")
    own = frozenset({(said[0].start, "s1"), (said[2].start, "s2")})
    keys = [(u.start, s.id) for u in said for s in STATEMENTS]
    scores = {key: 0.0 if key in own else 0.5 for key in keys} | {(said[1].start, "s2"): 0.8}
    scorer = Recorder()
    constraints = whole(DOUBT, DOUBT)
    gather(scorer, QUERY, constraints, draft, said, Reach((0, 1), scores, own, frozenset(), 3))
    assert scorer.seen[:3] == [("I slept.", "s1"), ("I sold my guitars.", "s2"), ("I ate.", "s2")]


def test_the_closest_statement_is_judged_without_a_shared_word():
    said = utterances("I slept. I ate.", "Alice")
    own = frozenset({(said[1].start, "s1")})
    reach = Reach((0, 1), dict.fromkeys(own, 0.1), own, frozenset(), 24)
    scorer = Recorder()
    gather(scorer, QUERY, whole(0.0, 0.0), "I slept. I ate.", said, reach)
    assert scorer.seen == [("I ate.", "s1")]
