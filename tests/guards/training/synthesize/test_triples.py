import random
from collections import Counter

import pytest

from guards.training.synthesize.claims import claims
from guards.training.synthesize.facts import a_character, a_fact, unrelated
from guards.training.synthesize.material import kinds, part, phrases
from guards.training.synthesize.phenomena import PHENOMENA
from guards.training.synthesize.phrasing import indirect
from guards.training.synthesize.scenes import Scene, late_answer
from guards.training.synthesize.triples import nli_triples
from persona_sdk.words import content_words


def test_the_same_seed_gives_the_same_rows():
    assert list(nli_triples(3, 200, "train")) == list(nli_triples(3, 200, "train"))


def test_another_seed_gives_other_rows():
    assert set(nli_triples(3, 200, "train")) != set(nli_triples(4, 200, "train"))


def test_labels_are_balanced():
    assert Counter(row.label for row in nli_triples(1, 300, "train")) == {
        "e": 100,
        "n": 100,
        "c": 100,
    }


def test_every_phenomenon_occurs():
    seen = {row.kind.removesuffix(" (plain)") for row in nli_triples(1, 3000, "train")}
    assert seen == {name for table in PHENOMENA.values() for name, _, _ in table}


def test_rows_are_seldom_repeated():
    rows = list(nli_triples(1, 3000, "train"))
    assert len({(row.first, row.second) for row in rows}) > 0.97 * len(rows)


def test_there_are_more_than_eighty_kinds():
    assert len({kind.name for kind in kinds("train")}) > 80


def test_training_and_development_share_no_value_phrase_or_name():
    for mine, theirs in zip(kinds("train"), kinds("dev"), strict=True):
        assert not set(mine.values) & set(theirs.values)
        assert not set(mine.affirm + mine.deny) & set(theirs.affirm + theirs.deny)
        assert not set(mine.wh + mine.yes_no) & set(theirs.wh + theirs.yes_no)
    for name, mine_too in phrases("train").items():
        assert not set(mine_too) & set(phrases("dev")[name]), name


def test_training_and_development_rows_are_disjoint():
    train = {(row.first, row.second) for row in nli_triples(1, 2000, "train")}
    assert not train & {(row.first, row.second) for row in nli_triples(1, 2000, "dev")}


def test_every_list_is_split_without_loss():
    entries = list("abcdefg")
    assert part(entries, "train", 4) + part(entries, "dev", 4) == tuple(entries)


def test_a_one_word_denial_contradicts_and_a_deflection_does_not():
    rows = list(nli_triples(5, 3000, "train"))
    wrong = [row for row in rows if row.kind == "rejects the truth"]
    vague = [row for row in rows if row.kind == "deflects"]
    assert wrong and {row.label for row in wrong} == {"c"}
    assert vague and {row.label for row in vague} == {"n"}


def test_the_plain_rows_have_no_speaker():
    plain = [row for row in nli_triples(1, 1500, "train") if row.kind.endswith("(plain)")]
    assert plain and not any(row.first.startswith("User:") for row in plain)


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_fact_never_agrees_with_its_denial(split):
    rng = random.Random(1)
    for _ in range(300):
        fact = a_fact(rng, split)
        assert fact.claim in fact.agree
        assert not set(fact.agree) & set(fact.disagree)


def test_an_unrelated_fact_shares_no_topic():
    rng = random.Random(2)
    for _ in range(200):
        fact = a_fact(rng, "train")
        other = unrelated(rng, "train", fact)
        assert not fact.topics & other.topics
        assert not content_words(fact.claim) & content_words(other.claim)


def test_facts_can_be_drawn_from_the_claims_alone_or_not_at_all():
    written = {claim.kind for claim in claims("dev")}
    rng = random.Random(3)
    assert all(a_fact(rng, "dev", written=1.0).kind.name in written for _ in range(50))
    assert not any(a_fact(rng, "dev", written=0.0).kind.name in written for _ in range(50))


def test_there_are_two_hundred_thousand_triples_to_draw():
    """So few of 4,000 are drawn twice that the whole is above 200,000 (birthday bound)."""
    rows = list(nli_triples(8, 4000, "train"))
    repeated = len(rows) - len({(r.first, r.second, r.label) for r in rows})
    assert repeated <= 4000**2 / (2 * 200_000)


def test_a_bare_no_expresses_a_fact_only_where_it_settles_it():
    """No Roman soldier need be a scribe."""
    rng = random.Random(4)
    for _ in range(400):
        fact = a_fact(rng, "train")
        scene = Scene(rng, "train", a_character(rng, "train"), fact, ())
        exchange = late_answer(scene, agrees=True)
        if exchange is not None and exchange.reply in phrases("train")["no_words"]:
            assert fact.no_settles


def test_actions_and_thoughts_are_read_as_the_guard_spells_them_out():
    rows = [row for row in nli_triples(6, 2000, "train") if row.kind.endswith("in an aside")]
    assert {row.label for row in rows} == {"e", "c"}
    assert not any(set("()[]*") & set(row.first.rsplit(": ", 1)[1]) for row in rows)


@pytest.mark.parametrize("kind", ["confirms later", "confirms wrong later", "stands by it"])
def test_an_answer_that_points_back_holds_nothing_of_the_fact(kind):
    rows = [row for row in nli_triples(7, 4000, "train") if row.kind == kind]
    said = phrases("train")
    answers = {*said["confirms"], *said["disowns"], *said["stands_by"]}
    assert len(rows) > 20
    for row in rows:
        asked, reply = row.first.rsplit("User: ", 1)[1].split(": ", 1)
        assert reply in answers
        assert "User: " in row.first.removesuffix(f"User: {asked}: {reply}")


def test_two_questions_are_both_asked():
    rows = [r for r in nli_triples(8, 2000, "train") if r.kind == "answers the other"]
    assert rows and {row.label for row in rows} == {"n"}
    asked = [
        *(q for k in kinds("train") for q in k.wh),
        *(q for c in claims("train") for q in c.ask),
    ]
    known = {question.rstrip("?.!").lower() for question in asked}
    for row in rows:
        query = row.first.split(f": {row.first.rsplit(': ', 1)[1]}")[0].lower()
        assert sum(question in query for question in known) >= 2


@pytest.mark.parametrize(
    ("question", "inner"),
    [
        ("Do you like tea?", "whether you like tea"),
        ("Have you seen Rome?", "whether you have seen Rome"),
        ("Where were you born?", "where you were born"),
        ("What is your rank?", "what your rank is"),
    ],
)
def test_a_question_can_stand_inside_a_sentence(question, inner):
    assert inner in indirect(random.Random(1), "train", question)


def test_what_no_rule_turns_is_left_alone():
    for question in ("Did you sleep?", "What is your dog like?", "Do you sing, and where?"):
        assert indirect(random.Random(1), "train", question) is None
