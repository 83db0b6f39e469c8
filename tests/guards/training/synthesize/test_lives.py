from collections import Counter

import pytest

from guards.training.synthesize import lives as module
from guards.training.synthesize.lives import life_triples, lives
from persona_sdk.personas import load
from persona_sdk.personas.catalog import bundled


def test_the_same_seed_gives_the_same_rows():
    assert list(life_triples(3, 60, "train")) == list(life_triples(3, 60, "train"))


def test_half_of_the_rows_tell_another_fact_of_the_same_life():
    labels = Counter(row.label for row in life_triples(1, 400, "train"))
    assert labels == {"e": 100, "nc": 200, "c": 100}


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_label_follows_from_what_the_reply_says_of_the_statement(split):
    told = {one.ask: one for life in lives(split) for one in life}
    found = Counter()
    for row in life_triples(2, 300, split):
        if row.label != "c" or "User:" not in row.first:
            continue
        reply = row.first.rsplit(":", 1)[1]
        found[any(text in reply for one in told.values() for text in one.against)] += 1
    assert found[True] > 5 * found[False]


def test_people_of_training_and_development_say_other_things():
    said = {split: {w for life in lives(split) for t in life for w in t.ways} for split in _SPLITS}
    assert not said["train"] & said["dev"]


def test_no_statement_of_a_bundled_persona_was_taken():
    own = {s.text.casefold() for name in bundled() for s in load(name).statements}
    rows = [row for split in _SPLITS for row in life_triples(4, 1000, split)]
    assert not own & {row.second.casefold() for row in rows}


def test_statements_are_said_of_somebody():
    for row in life_triples(5, 400, "train"):
        assert not {"I", "my", "me", "I'm", "I've"} & set(row.second.replace(",", " ").split())


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


_SPLITS = ("train", "dev")
