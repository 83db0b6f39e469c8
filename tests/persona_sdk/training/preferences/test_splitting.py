from collections.abc import Callable

import pytest

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.splitting import Split, leaks, split_pairs
from persona_sdk.types import PreferencePair, Turn

Made = Callable[..., PreferencePair]


def crowd(pair: Made, personas: int, queries: int) -> list[PreferencePair]:
    return [
        pair(query=f"Question {q}?", persona=f"P{p}")
        for p in range(personas)
        for q in range(queries)
    ]


def sizes(splits: dict[Split, list[PreferencePair]]) -> list[int]:
    return [len(found) for found in splits.values()]


def test_no_character_and_no_query_stands_in_two_splits(pair: Made) -> None:
    pairs = crowd(pair, 20, 30)
    parts = split_pairs(pairs)
    assert leaks(parts.splits) == ((), (), ())
    assert sum(sizes(parts.splits)) + parts.left_out == len(pairs)
    assert 0.5 * len(pairs) < len(parts.splits["train"]) < 0.8 * len(pairs)
    assert {p.persona for p in parts.splits["test"]} & {
        p.persona for p in parts.splits["dev"]
    } == set()


def test_queries_of_one_character_alone_cost_no_pair(pair: Made) -> None:
    pairs = [
        pair(query=f"P{p}, question {q}?", persona=f"P{p}") for p in range(10) for q in range(9)
    ]
    parts = split_pairs(pairs)
    assert parts.left_out == 0
    assert sizes(parts.splits) == [72, 9, 9]


def test_by_query_every_character_may_stand_in_every_split(pair: Made) -> None:
    parts = split_pairs(crowd(pair, 1, 50), by="query")
    assert sizes(parts.splits) == [40, 5, 5]
    assert leaks(parts.splits, by="query") == ((), (), ())
    assert leaks(parts.splits).personas == ("P0",)


def test_by_persona_queries_may_be_shared(pair: Made) -> None:
    parts = split_pairs(crowd(pair, 10, 5), by="persona")
    assert sizes(parts.splits) == [40, 5, 5]
    assert leaks(parts.splits, by="persona") == ((), (), ())
    assert len(leaks(parts.splits).queries) == 5


def test_queries_that_differ_in_case_and_marks_are_one(pair: Made) -> None:
    spelt = ["Do you like tea?", "do you like TEA", "Do you... like tea?!"]
    pairs = [pair(query=q, persona=f"P{i}") for i, q in enumerate(spelt)]
    pairs += [pair(query=f"Question {i}?", persona=f"P{i}") for i in range(3)]
    parts = split_pairs(pairs)
    assert leaks(parts.splits) == ((), (), ())
    assert parts.left_out == 2
    wrong: dict[Split, list[PreferencePair]] = {"train": pairs[:1], "test": pairs[1:2]}
    assert leaks(wrong).queries == ("do you like tea",)


def test_a_pair_that_holds_a_query_of_another_split_in_an_earlier_turn_is_left_out(
    pair: Made,
) -> None:
    pairs = crowd(pair, 1, 20)
    talk = (Turn("user", "Question 3?"), Turn("assistant", "Hm."), Turn("user", "Question 4?"))
    for seed in range(20):
        parts = split_pairs([*pairs, PreferencePair(talk, "a", "b")], by="query", seed=seed)
        assert leaks(parts.splits, by="query") == ((), (), ())
    leaking: dict[Split, list[PreferencePair]] = {
        "train": [PreferencePair(talk, "a", "b")],
        "test": [pair(query="question 3")],
    }
    assert leaks(leaking).context == ("question 3",)


def test_each_split_gets_a_character_however_few_there_are(pair: Made) -> None:
    parts = split_pairs(crowd(pair, 3, 40), by="persona")
    assert sizes(parts.splits) == [40, 40, 40]


def test_the_same_seed_gives_the_same_splits(pair: Made) -> None:
    pairs = crowd(pair, 12, 12)
    assert split_pairs(pairs, seed=1) == split_pairs(list(pairs), seed=1)
    assert split_pairs(pairs, seed=1) != split_pairs(pairs, seed=2)


def test_too_few_characters_are_named(pair: Made) -> None:
    with pytest.raises(RowError, match="3 splits need as many characters, there are: 2"):
        split_pairs(crowd(pair, 2, 9))
    with pytest.raises(RowError, match="names no character: add `persona`"):
        split_pairs([pair(persona="")])


def test_a_split_without_pairs_is_refused(pair: Made) -> None:
    with pytest.raises(RowError, match="gets no pairs"):
        split_pairs(crowd(pair, 3, 1))


def test_a_share_of_nothing_is_refused(pair: Made) -> None:
    with pytest.raises(ValueError, match="the share of dev must be above 0, was: 0"):
        split_pairs(crowd(pair, 3, 9), {"train": 1.0, "dev": 0.0})


def test_many_pairs_are_split_without_comparing_them_in_twos(
    pair: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    real = PreferencePair.__getattribute__

    def counted(self: PreferencePair, name: str) -> object:
        nonlocal looks
        looks += 1
        return real(self, name)

    few, many = crowd(pair, 10, 20), crowd(pair, 10, 200)
    monkeypatch.setattr(PreferencePair, "__getattribute__", counted)
    split_pairs(few)
    once, looks = looks, 0
    split_pairs(many)
    assert looks <= 11 * once
