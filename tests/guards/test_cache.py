from __future__ import annotations

import doctest
from concurrent.futures import ThreadPoolExecutor

import pytest

import guards.cache
from guards.cache import ScoreCache


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(guards.cache).failed == 0


def test_each_key_is_computed_once():
    calls = []
    cache = ScoreCache(10)

    def compute(keys):
        calls.append(keys)
        return [key.upper() for key in keys]

    assert cache.through(["a", "b", "a"], compute) == ["A", "B", "A"]
    assert cache.through(["b", "c"], compute) == ["B", "C"]
    assert calls == [["a", "b"], ["c"]]


def test_the_least_recently_used_result_leaves_first():
    cache = ScoreCache(2)
    for keys in (["a"], ["b"], ["a"], ["c"]):
        cache.through(keys, lambda missing: missing)
    asked = []
    cache.through(["a", "b", "c"], lambda missing: asked.extend(missing) or missing)
    assert asked == ["b"]
    assert len(cache) == 2


def test_more_keys_than_fit_are_still_all_answered():
    cache = ScoreCache(3)
    assert cache.through(list(range(100)), lambda keys: [k * 2 for k in keys])[99] == 198
    assert len(cache) == 3


def test_a_failed_computation_keeps_nothing():
    cache = ScoreCache(3)
    with pytest.raises(ZeroDivisionError):
        cache.through(["a"], lambda keys: [1 / 0])
    assert cache.through(["a"], lambda keys: [1]) == [1]


def test_threads_share_one_cache():
    cache = ScoreCache(50)

    def work(start):
        return cache.through([(start + i) % 80 for i in range(60)], lambda ks: [k + 1 for k in ks])

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(200)))
    assert all(
        result == [(start + i) % 80 + 1 for i in range(60)] for start, result in enumerate(results)
    )
    assert len(cache) <= 50


def test_a_cache_without_room_is_refused():
    with pytest.raises(ValueError, match="at least 1, was: 0"):
        ScoreCache(0)
