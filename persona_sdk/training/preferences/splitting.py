"""Splits pairs into train, dev and test so that no character and no query stands in two of them.

A split in which test shares its characters or its questions with train measures memory. Characters
are dealt out first. A query that stands in one split only stays there; one that characters of
several splits were asked is dealt to one of them, and its pairs in the others are left out. A pair
whose earlier turns hold a query of another split is left out too.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from persona_sdk.errors import RowError
from persona_sdk.seeds import derived
from persona_sdk.training.preferences.likeness import same_words
from persona_sdk.types import PreferencePair, Turn

Split = Literal["train", "dev", "test"]
By = Literal["both", "persona", "query"]
"""What no two splits share: characters and queries, characters only, queries only."""

SHARES: dict[Split, float] = {"train": 0.8, "dev": 0.1, "test": 0.1}


class Parts(NamedTuple):
    """The splits, and what they cost."""

    splits: dict[Split, list[PreferencePair]]
    left_out: int
    """Pairs that would have carried a query into a second split."""


class Leaks(NamedTuple):
    """What two splits share; all empty in a clean split."""

    personas: tuple[str, ...]
    queries: tuple[str, ...]
    """The last user turns, case and marks aside."""
    context: tuple[str, ...]
    """Queries of one split that stand in an earlier turn of another."""


def split_pairs(
    pairs: Sequence[PreferencePair],
    shares: Mapping[Split, float] | None = None,
    *,
    by: By = "both",
    seed: int = 0,
) -> Parts:
    """Deal pairs out to splits.

    Args:
        pairs: With the name of their character, unless `by` is `query`.
        shares: Part of the pairs that each split is to get, above 0; None takes `SHARES`.
        by: What no two splits share.
        seed: Same seed, same splits.

    Raises:
        RowError: A split would get nothing, or a pair names no character.
        ValueError: A share is not above 0.

    Example:
        >>> from persona_sdk.types import Turn
        >>> asked = [PreferencePair((Turn("user", f"Q{i}?"),), "a", "b") for i in range(10)]
        >>> parts = split_pairs(asked, by="query").splits
        >>> {name: len(found) for name, found in parts.items()}
        {'train': 8, 'dev': 1, 'test': 1}
    """
    shares = dict(shares or SHARES)
    if bad := [name for name, share in shares.items() if not share > 0]:
        raise ValueError(f"the share of {bad[0]} must be above 0, was: {shares[bad[0]]}")
    homes: list[Split | None] = [None] * len(pairs)
    if by != "query":
        homes = _by_character(pairs, shares, seed)
    if by != "persona":
        homes = _by_query(pairs, homes, shares, seed)
    splits: dict[Split, list[PreferencePair]] = {name: [] for name in shares}
    for pair, home in zip(pairs, homes, strict=True):
        if home is not None:
            splits[home].append(pair)
    if empty := [name for name, found in splits.items() if not found]:
        raise RowError(
            f"{empty[0]} gets no pairs: there are too few queries, or its characters were asked "
            "what others were asked too: give more pairs, or split by persona or by query alone"
        )
    return Parts(splits, homes.count(None))


def leaks(splits: Mapping[Split, Sequence[PreferencePair]], *, by: By = "both") -> Leaks:
    """Return what two splits share and, by that kind of split, must not."""
    personas: dict[str, set[Split]] = defaultdict(set)
    queries: dict[str, set[Split]] = defaultdict(set)
    for name, pair in _each(splits):
        personas[pair.persona].add(name)
        queries[_query(pair)].add(name)
    context = {
        said
        for name, pair in _each(splits)
        for said in _earlier(pair)
        if queries.get(said, {name}) - {name}
    }
    return Leaks(
        () if by == "query" else _shared(personas),
        () if by == "persona" else _shared(queries),
        () if by == "persona" else tuple(sorted(context)),
    )


def _by_character(
    pairs: Sequence[PreferencePair], shares: Mapping[Split, float], seed: int
) -> list[Split | None]:
    names = [_character(pair) for pair in pairs]
    dealt = _dealt(Counter(names), shares, seed)
    if len(dealt) < len(shares):
        raise RowError(
            f"{len(shares)} splits need as many characters, there are: {len(dealt)}: give pairs of "
            "more characters, or split by query"
        )
    return [dealt[name] for name in names]


def _by_query(
    pairs: Sequence[PreferencePair],
    homes: Sequence[Split | None],
    shares: Mapping[Split, float],
    seed: int,
) -> list[Split | None]:
    """Give each query one split, and its pairs that split or none."""
    queries = [_query(pair) for pair in pairs]
    open_to: dict[str, set[Split]] = defaultdict(set)
    for query, home in zip(queries, homes, strict=True):
        open_to[query] |= set(shares) if home is None else {home}
    alike: dict[tuple[Split, ...], Counter[str]] = defaultdict(Counter)
    for query in queries:
        alike[tuple(name for name in shares if name in open_to[query])][query] += 1
    dealt: dict[str, Split] = {}
    for names, sizes in alike.items():
        dealt |= _dealt(sizes, {name: shares[name] for name in names}, seed)
    return [
        dealt[query]
        if home in (None, dealt[query])
        and all(dealt.get(said, dealt[query]) == dealt[query] for said in _earlier(pair))
        else None
        for pair, query, home in zip(pairs, queries, homes, strict=True)
    ]


def _dealt(sizes: Counter[str], shares: Mapping[Split, float], seed: int) -> dict[str, Split]:
    """Give each key a split: by chance, but so that each gets its share, and at least one."""
    keys = sorted(sizes)
    random.Random(derived(seed, *shares)).shuffle(keys)
    total = sum(shares.values())
    wanted = {name: sizes.total() * share / total for name, share in shares.items()}
    empty = dict(shares)
    home: dict[str, Split] = {}
    for place, key in enumerate(keys):
        must = len(keys) - place <= len(empty)
        home[key] = max(empty if must else shares, key=lambda name: wanted[name])
        wanted[home[key]] -= sizes[key]
        empty.pop(home[key], None)
    return home


def _character(pair: PreferencePair) -> str:
    if not pair.persona:
        raise RowError(
            f"the pair on {pair.prompt[-1].content[:60]!r} names no character: add `persona` to "
            "the rows, or split by query"
        )
    return pair.persona


def _query(pair: PreferencePair) -> str:
    return _plain(pair.prompt[-1])


def _earlier(pair: PreferencePair) -> list[str]:
    return [_plain(turn) for turn in pair.prompt[:-1] if turn.role == "user"]


def _plain(turn: Turn) -> str:
    return " ".join(same_words(turn.content))


def _each(
    splits: Mapping[Split, Sequence[PreferencePair]],
) -> Iterator[tuple[Split, PreferencePair]]:
    return ((name, pair) for name, pairs in splits.items() for pair in pairs)


def _shared(homes: Mapping[str, set[Split]]) -> tuple[str, ...]:
    return tuple(sorted(key for key, names in homes.items() if len(names) > 1))
