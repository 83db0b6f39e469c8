"""Failures that belong together."""

from dataclasses import replace

import numpy as np

from persona_sdk.types import Verdict
from simulators.report.clusters import by_attack, clusters_of
from simulators.report.turns import turns_of


class Alike:
    """Every text has one vector."""

    digest = "alike"

    def embed(self, texts):
        return np.ones((len(texts), 1), dtype=np.float32)


def drafts(runs, *texts, statement=0):
    said = [runs.exchange(runs.violating(text, statement=statement)) for text in texts]
    return list(turns_of(runs.run(runs.dialogue(*said))))


def test_the_statement_violated_most_often_comes_first(runs):
    turns = drafts(runs, "I drum.", statement=1) + drafts(runs, "I love coffee.", "More coffee!")
    assert [(c.statement.id, len(c.failures)) for c in clusters_of(turns)] == [("s1", 2), ("s2", 1)]


def test_a_cluster_tells_what_came_before(sample):
    (cluster,) = clusters_of(list(turns_of(sample)))
    assert cluster.attacks == (("false premise", 2), ("plain talk", 1))


def test_an_attack_tells_which_statements_fell_after_it(runs):
    hit = [runs.exchange(runs.violating(statement=i), attack="injection") for i in (1, 1, 0)]
    plain = runs.exchange(runs.violating())
    turns = list(turns_of(runs.run(runs.dialogue(*hit, plain))))
    found = by_attack(clusters_of(turns))
    assert found == (("injection", (("s2", 2), ("s1", 1))), ("plain talk", (("s1", 1),)))


def test_a_turn_with_two_such_sentences_is_one_turn(runs):
    twice = runs.violating()
    twice = replace(twice, verdict=replace(twice.verdict, violations=twice.verdict.violations * 2))
    (cluster,) = clusters_of(list(turns_of(runs.run(runs.dialogue(runs.exchange(twice))))))
    assert (cluster.turns, cluster.attacks) == (1, (("plain talk", 1),))


def test_sentences_that_share_their_words_are_one_pattern(runs):
    turns = drafts(runs, "I love coffee.", "I really love my coffee!", "Espresso every morning.")
    (cluster,) = clusters_of(turns)
    assert [len(pattern.failures) for pattern in cluster.patterns] == [2, 1]


def test_the_surest_failure_stands_for_its_pattern(runs):
    sure = runs.violating("I love coffee so!")
    (broken,) = sure.verdict.violations
    sure = replace(sure, verdict=Verdict("fail", violations=(replace(broken, contradiction=0.99),)))
    said = [runs.exchange(runs.violating("I love coffee.")), runs.exchange(sure)]
    (cluster,) = clusters_of(list(turns_of(runs.run(runs.dialogue(*said)))))
    assert cluster.patterns[0].failures[0].violation.sentence == "I love coffee so!"


def test_vectors_find_what_words_do_not(runs):
    turns = drafts(runs, "I love coffee.", "Espresso every morning.")
    assert len(clusters_of(turns)[0].patterns) == 2
    assert len(clusters_of(turns, embedder=Alike())[0].patterns) == 1


def test_sentences_without_content_words_are_compared_whole(runs):
    turns = drafts(runs, "I am.", "I am.", "You are.")
    assert [len(p.failures) for p in clusters_of(turns)[0].patterns] == [2, 1]


def test_a_clean_run_has_no_clusters(runs):
    assert clusters_of(list(turns_of(runs.run(runs.dialogue(runs.exchange(runs.passed())))))) == ()
