from __future__ import annotations

import re

import numpy as np
import pytest

from guards.apc import MOST_SENTENCES, APCGuard
from guards.cascade import COVERAGE_TOP, MOST, SMALL, Reach
from guards.passages import LONG, PASSAGE, read_whole
from guards.scripted import CONTRADICTED, ENTAILED, ScriptedEntailment, ScriptedRelevance
from guards.utterances import utterances
from persona_sdk.types import Conversation, Persona, Query, as_statements

QUERY = Query("Alice", "So?")
ASKED = Conversation().add("user", "So?")
PAIR = as_statements(["Alice owns a boat.", "Alice owns a cow."])
SENTENCES = [f"I went out to sea in boat number {i} last summer." for i in range(80)]
DRAFT = " ".join(SENTENCES)


class Counting(ScriptedEntailment):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = []

    def entailment(self, query, responses, statements):
        self.seen += [(r, s.id) for r, s in zip(responses, statements, strict=True)]
        return super().entailment(query, responses, statements)

    @property
    def passes(self):
        """Texts of `PASSAGE` characters that an encoder would have to read."""
        return sum(-(-len(text) // PASSAGE) for text, _ in self.seen)


class NearNumber:
    """A text is nearest to the statements of the numbers in it and just below them."""

    def nearness(self, character, texts, statements):
        found = np.full((len(texts), len(statements)), 0.1, dtype=np.float32)
        for row, text in enumerate(texts):
            for number in map(int, re.findall(r"\d+", text)):
                found[row, [(7 * number - i) % len(statements) for i in range(4)]] = 0.9
        return found


def boats(count):
    return Persona("Alice", as_statements([f"Alice owns boat {i}." for i in range(count)]))


def brought_up(*sentences, statement="s1", throughout=()):
    said = utterances(DRAFT, "Alice")
    closest = frozenset((said[i].start, statement) for i in sentences)
    return Reach((0, 1), {}, closest, frozenset(throughout), 24)


def read(scorer, reach, draft=DRAFT, statements=PAIR[:1]):
    return read_whole(scorer, QUERY, draft, utterances(draft, "Alice"), statements, reach)


def test_a_statement_is_read_beside_the_passages_of_its_sentences():
    scorer = Counting()
    read(scorer, brought_up(3, 4, 70))
    texts = [text for text, _ in scorer.seen]
    assert len(texts) == 2
    assert SENTENCES[3] in texts[0]
    assert SENTENCES[4] in texts[0]
    assert SENTENCES[70] in texts[1]
    assert all(len(SENTENCES[0]) < len(text) <= PASSAGE for text in texts)


def test_the_strongest_contradiction_and_entailment_of_its_passages_count():
    scorer = ScriptedEntailment({("number 3 ", "s1"): ENTAILED, ("number 70 ", "s1"): CONTRADICTED})
    judged = read(scorer, brought_up(3, 30, 70))[0]
    assert judged.contradiction == CONTRADICTED.contradiction
    assert judged.entailment == pytest.approx(1 - CONTRADICTED.contradiction)


def test_no_sentence_stands_outside_the_passages():
    scorer = Counting()
    read(scorer, brought_up(*range(80)))
    assert " ".join(text for text, _ in scorer.seen) == DRAFT


def test_a_sentence_longer_than_a_passage_is_one():
    long = f"I own {'a very big and ' * 40}old boat."
    draft = f"{DRAFT} {long}"
    start = utterances(draft, "Alice")[-1].start
    scorer = Counting()
    read(scorer, Reach((0,), {}, frozenset({(start, "s1")}), frozenset(), 24), draft)
    assert scorer.seen == [(long, "s1")]


def test_a_statement_that_is_chosen_for_the_reply_is_read_beside_all_of_it():
    scorer = Counting()
    read(scorer, brought_up(3, throughout=["s2"]), statements=PAIR)
    assert [text == DRAFT for text, _ in scorer.seen] == [False, True]


@pytest.mark.parametrize("reach", [None, brought_up(3)])
def test_a_shorter_reply_and_a_reply_without_choice_are_read_whole(reach):
    draft = DRAFT if reach is None else DRAFT[:LONG]
    scorer = Counting()
    read(scorer, reach, draft)
    assert scorer.seen == [(draft, "s1")]


def test_a_reply_of_4000_characters_is_judged_in_bounded_passes():
    scorer = Counting()
    verdict = APCGuard(ScriptedRelevance(), scorer, nearness=NearNumber()).check(
        boats(600), ASKED, DRAFT
    )
    assert 3900 < len(DRAFT) < 4100
    assert verdict.outcome == "pass"
    assert sum(c.judged for c in verdict.constraints) > 300
    everywhere = (MOST + COVERAGE_TOP) * (len(DRAFT) // PASSAGE + 1)
    assert scorer.passes <= everywhere + (4 + 6) * len(SENTENCES)


def test_a_small_persona_is_judged_whole_in_bounded_passes():
    scorer = Counting()
    draft = "I went out to sea again and again in my old boat. " * MOST_SENTENCES
    APCGuard(ScriptedRelevance(default=0.9), scorer).check(boats(SMALL), ASKED, draft)
    windows = len(draft) // PASSAGE + 1
    assert scorer.passes <= SMALL * (windows + MOST_SENTENCES)


def test_questions_in_a_long_reply_add_no_reading_of_all_of_it():
    persona = boats(600)
    doubted = persona.statements[7 * 70].id
    scorer = Counting({("number 70 ", doubted): CONTRADICTED})
    guard = APCGuard(ScriptedRelevance(), scorer, nearness=NearNumber())
    guard.check(persona, ASKED, f"{DRAFT} Do you know it?")
    texts = [text for text, identifier in scorer.seen if identifier == doubted]
    assert len(texts) > 2
    assert max(map(len, texts)) <= PASSAGE


def test_a_lie_that_two_sentences_of_a_long_reply_tell_together_is_found():
    draft = f"{DRAFT} They brought me boat number 81. I sank it."
    persona = boats(600)
    lie = persona.statements[7 * 81].id
    scorer = Counting({("number 81. I sank it", lie): CONTRADICTED})
    verdict = APCGuard(ScriptedRelevance(), scorer, nearness=NearNumber()).check(
        persona, ASKED, draft
    )
    assert verdict.outcome == "fail"
    assert verdict.violations[0].statement.id == lie
    assert max(len(text) for text, identifier in scorer.seen if identifier == lie) <= PASSAGE
