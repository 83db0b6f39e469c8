import re
from collections import Counter

import pytest

from guards.training.synthesize import life_triples as rows_of
from guards.training.synthesize import lives as module
from guards.training.synthesize.facts import Character, in_third
from guards.training.synthesize.life_triples import life_triples
from guards.training.synthesize.lives import lives
from guards.training.synthesize.material import phrases
from guards.training.synthesize.voice import to_second
from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled
from persona_sdk.words import content_words

WHO = Character("Ann Holt", ("she", "her", "her"))


def test_the_same_seed_gives_the_same_rows():
    assert list(life_triples(3, 60, "train")) == list(life_triples(3, 60, "train"))


def test_about_half_of_the_rows_settle_nothing():
    labels = Counter(row.label for row in life_triples(1, 1000, "train"))
    assert labels.keys() == {"e", "nc", "c"}
    assert 400 < labels["nc"] < 600 and min(labels["e"], labels["c"]) > 200


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_label_is_what_the_reply_says_of_the_statement(split, monkeypatch):
    monkeypatch.setattr(rows_of, "a_character", lambda rng, split: WHO)
    stated = {
        in_third(told.say, WHO, short=short): told
        for life in lives(split)
        for told in life
        for short in (False, True)
    }
    told_out = {"life: told", "life: denied", "life: another fact"}
    made = life_triples(2, 600, split)
    rows = [row for row in made if row.second in stated and row.kind in told_out]
    assert len(rows) > 250
    for row in rows:
        told, reply = stated[row.second], row.first.rsplit(f"{WHO.name}: ", 1)[1].lower()
        said = any(way.lower() in reply for way in told.ways)
        denied = any(way.lower() in reply for way in told.against)
        assert (said, denied) == {"e": (True, False), "c": (False, True)}.get(row.label, (0, 0))


def test_a_bare_answer_is_read_by_what_the_question_supposes(monkeypatch):
    monkeypatch.setattr(rows_of, "a_character", lambda rng, split: WHO)
    monkeypatch.setattr(rows_of, "_KINDS", (rows_of._answers,))
    said = phrases("train")
    yes = {*said["yes_words"], *said["confirms"]}
    no = {*said["no_words"], *said["disowns"]}
    stated = {in_third(t.say, WHO, short=s): t for t in _facts() for s in (False, True)}
    seen = Counter()
    for row in life_triples(6, 500, "train"):
        query, reply = row.first.rsplit("User: ", 1)[1].split(f" {WHO.name}: ")
        told = stated.get(row.second)
        if told is None or reply not in yes | no:
            continue
        right = to_second(told.say).rstrip(".!").lower() in query.lower()
        wrong = any(to_second(t).rstrip(".!").lower() in query.lower() for t in told.against)
        if right or wrong:
            assert (
                row.label
                == {(1, 1): "e", (1, 0): "c", (0, 1): "c", (0, 0): "nc"}[right, reply in yes]
            )
            seen[row.label] += 1
    assert min(seen[label] for label in ("e", "c", "nc")) > 20


def test_a_statement_of_two_facts_names_the_person_in_both(monkeypatch):
    monkeypatch.setattr(rows_of, "a_character", lambda rng, split: WHO)
    monkeypatch.setattr(rows_of, "JOINED", 1.0)
    joined = (row for row in life_triples(3, 200, "train") if row.kind == "life: told")
    for row in joined:
        assert len(re.findall(r"\bAnn\b", row.second)) >= 2


def test_people_of_training_and_development_say_other_things():
    said = {split: {w for life in lives(split) for t in life for w in t.ways} for split in _SPLITS}
    assert not said["train"] & said["dev"]


def test_no_fact_was_taken_from_a_bundled_persona():
    own = [
        _own_words(statement.text, load(n).name)
        for n in bundled()
        for statement in load(n).statements
    ]
    for told in _facts():
        mine = content_words(told.say)
        for words in own:
            assert len(mine & words) < 0.7 * len(mine | words), told.say


def test_every_fact_can_be_said_of_somebody():
    left = re.compile(r"\b(?:I|my|me|myself|am|we|us|our|ours)\b|\b\w+'(?:m|ve)\b")
    for told in _facts():
        third = in_third(told.say, WHO, short=True)
        assert third.startswith("Ann") and not left.search(third), third


def test_a_fact_without_a_denial_is_named(tmp_path, monkeypatch):
    fact = '{ ask = "a", say = "b", again = ["c"], against = [] }'
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "some.toml").write_text(f"[[life]]\nfacts = [{', '.join([fact] * 4)}]")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    lives.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"some\.toml, life 1, fact 1: again and against"):
            lives("train")
    finally:
        lives.cache_clear()


def _facts():
    return [told for split in _SPLITS for life in lives(split) for told in life]


def _own_words(text, name):
    return content_words(text) - content_words(name)


_SPLITS = ("train", "dev")
