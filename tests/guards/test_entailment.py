from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from guards.apc import APCGuard
from guards.entailment import EncoderEntailment
from guards.pieces import BATCH_TOKENS
from guards.scripted import ScriptedRelevance
from persona_sdk.errors import ScorerError
from persona_sdk.types import Conversation, Persona, Query, as_statements

QUERY = Query("B", "so?")
STATEMENTS = as_statements(["jjj.", "zzz."])


def guard_over(encoder, **options):
    return APCGuard(ScriptedRelevance(), EncoderEntailment(encoder), **options)


def test_responses_are_judged_against_their_own_statements(make_encoder):
    scorer = EncoderEntailment(make_encoder())
    same, other = scorer.entailment(QUERY, ["jjj", "jjj"], STATEMENTS)
    assert same.entailment > other.entailment
    swapped = scorer.entailment(QUERY, ["zzz", "jjj"], STATEMENTS)
    assert swapped[0].entailment == pytest.approx(swapped[1].entailment)


def test_lists_of_different_length_are_refused(make_encoder):
    with pytest.raises(ScorerError, match="equally many, were: 1 and 2"):
        EncoderEntailment(make_encoder()).entailment(QUERY, ["jjj"], STATEMENTS)


def test_the_query_is_read_with_the_response(make_encoder):
    scorer = EncoderEntailment(make_encoder())
    asked = scorer.entailment(Query("B", "jjj?"), ["no"], STATEMENTS[:1])
    unasked = scorer.entailment(Query("B", "ooo?"), ["no"], STATEMENTS[:1])
    assert asked[0].entailment > unasked[0].entailment


def test_a_judgement_is_kept(make_encoder):
    encoder = make_encoder()
    scorer = EncoderEntailment(encoder)
    scorer.entailment(QUERY, ["jjj", "jjj"], STATEMENTS)
    scorer.entailment(QUERY, ["jjj", "xxx", "jjj"], [STATEMENTS[0], *STATEMENTS])
    assert encoder.toy_session.rows == 3


def test_a_judgement_does_not_depend_on_what_was_judged_before(make_encoder):
    class Crowded:
        """What it says of a pair depends on the batch, as with int8 weights."""

        config = make_encoder().config

        def count_tokens(self, texts):
            return [len(text) for text in texts]

        def probabilities(self, pairs):
            return [[1 / len(pairs), 0.0, 1 - 1 / len(pairs)] for _ in pairs]

    warm = EncoderEntailment(Crowded())
    for before in (["jjj", "zzz"], ["jjj"], ["zzz", "zzz"]):
        warm.entailment(QUERY, before, STATEMENTS[-len(before) :])
    asked = (QUERY, ["jjj", "jjj", "zzz"], [*STATEMENTS, STATEMENTS[1]])
    assert warm.entailment(*asked) == EncoderEntailment(Crowded()).entailment(*asked)


def test_a_reply_that_is_too_long_is_judged_in_parts_and_its_strongest_part_counts(make_encoder):
    scorer = EncoderEntailment(make_encoder(max_tokens=40))
    filler = "Oooo oooo oooo. " * 4
    whole = scorer.entailment(QUERY, [f"{filler}Jjj. {filler}"], STATEMENTS[:1])
    alone = scorer.entailment(QUERY, [filler], STATEMENTS[:1])
    assert whole[0].entailment > alone[0].entailment
    assert sum((whole[0].contradiction, whole[0].neutral, whole[0].entailment)) == pytest.approx(1)


def test_parts_that_say_opposite_things_count_as_a_contradiction(make_encoder):
    class Torn:
        config = make_encoder(max_tokens=40).config

        def count_tokens(self, texts):
            return [len(text) for text in texts]

        def probabilities(self, pairs):
            yes = {True: [0.05, 0.05, 0.9], False: [0.8, 0.1, 0.1]}
            return [yes["yes" in pair.first] for pair in pairs]

    torn = EncoderEntailment(Torn()).entailment(
        QUERY, ["Oh yes, yes, yes, yes. Oh no, no, no, no."], STATEMENTS[:1]
    )
    assert torn[0].contradiction == 0.8
    assert torn[0].entailment == pytest.approx(0.2)


def test_a_sentence_that_is_too_long_is_a_scorer_error(make_encoder):
    with pytest.raises(ScorerError, match="too long to judge"):
        EncoderEntailment(make_encoder()).entailment(QUERY, ["o" * 200], STATEMENTS[:1])


def test_a_statement_of_5000_characters_is_unscored_and_says_what_to_do(make_encoder):
    encoder = make_encoder()
    guard = guard_over(encoder)
    persona = Persona("B", as_statements(["I jjj.", "zzzz " * 1000]))
    verdict = guard.check(persona, Conversation().add("user", "so?"), "I jjj.")
    assert verdict.outcome == "unscored"
    assert "split the longer one" in verdict.reason


def test_ten_thousand_statements_are_judged_in_bounded_batches(make_encoder):
    encoder = make_encoder()
    guard = guard_over(encoder, exact=True)
    persona = Persona("B", as_statements([f"fact {i}." for i in range(10_000)]))
    verdict = guard.check(persona, Conversation().add("user", "so?"), "I jjj.")
    assert len(verdict.constraints) == 10_000
    assert max(count * length for count, length in encoder.toy_session.shapes) <= BATCH_TOKENS


def test_evaluation_pairs_are_read_plainly(make_encoder):
    scorer = EncoderEntailment(make_encoder())
    judged = scorer.pairs(["jjj", "z" * 200], ["jjj", "jjj"])
    assert judged[0].entailment > judged[1].entailment


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_a_network_that_gives_no_number_leaves_the_draft_unscored(make_encoder, broken):
    class Broken:
        def get_outputs(self):
            return [SimpleNamespace(name="nli")]

        def run(self, names, feeds):
            return [np.full((len(feeds["input_ids"]), 3), broken)]

    guard = guard_over(make_encoder(session=Broken()))
    asked = Conversation().add("user", "so?")
    verdict = guard.check(Persona("B", STATEMENTS), asked, "I jjj.")
    assert verdict.outcome == "unscored"
    assert "no usable numbers" in verdict.reason


def test_threads_get_the_same_verdicts(make_encoder):
    encoder = make_encoder()
    guard = guard_over(encoder)
    persona = Persona("B", STATEMENTS)
    asked = Conversation().add("user", "so?")
    drafts = ["Jjj.", "Zzz. Jjj.", "Xxx yyy."] * 10
    expected = [guard.check(persona, asked, draft) for draft in drafts[:3]] * 10
    fresh = guard_over(encoder)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda d: fresh.check(persona, asked, d), drafts)) == expected
