"""Lint rules that set statements against each other: repeats and contradictions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import log
from typing import NamedTuple

from persona_sdk.personas.findings import Finding
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.sentences import split_segments
from persona_sdk.types import Entailment, Query, Statement

MAX_PAIRS = 2_000
"""Pairs of statements that are judged, in both directions; the likeliest come first."""

CONTRADICTION = 0.85
"""Mean contradiction in [0, 1] of both directions from which a pair is an error."""

CLAIM = 0.5
"""Contradiction in [0, 1] from which a fallback line is an error: the guard's bar is no lower."""

SAME = 0.85
"""Entailment in [0, 1], in each direction, from which a pair says the same."""

READABLE = 50
"""Word pieces of one statement, estimated, up to which two fit beside each other."""

QUESTION = "Tell me about yourself."
"""The turn that a statement is set after, as if the character had said it."""


class Pair(NamedTuple):
    """Two statements of one persona, in its order."""

    first: Statement
    second: Statement


def repeated(statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield statements that are equal but for case, punctuation and articles."""
    seen: dict[tuple[str, ...], Statement] = {}
    for statement in statements:
        words = _BETWEEN.split(statement.text.casefold())
        key = tuple(w for w in words if w and w not in _ARTICLES)
        earlier = seen.setdefault(key, statement)
        if earlier is not statement:
            yield Finding(
                "duplicate",
                f"statement {statement.id} repeats {earlier.id}: {statement.text!r}",
                "error",
                (earlier.id, statement.id),
                f"remove {statement.id}",
            )


def judged(
    name: str, statements: Sequence[Statement], scorer: EntailmentScorer
) -> Iterator[Finding]:
    """Yield what `scorer` says of pairs: contradictions and statements that say the same.

    Raises:
        ScorerError: The scorer could not judge.
    """
    readable = [s for s in statements if _pieces(s.text) <= READABLE]
    pairs = likely_pairs(name, readable)
    total = len(statements) * (len(statements) - 1) // 2
    there = _judge(name, [(a.text, b) for a, b in pairs], scorer)
    back = _judge(name, [(b.text, a) for a, b in pairs], scorer)
    for pair, one, other in zip(pairs, there, back, strict=True):
        yield from _pair_finding(pair, one, other)
    yield Finding(
        "pairs-judged",
        f"{scorer.name} judged {len(pairs)} of {total} pairs of statements",
        "note",
        fix="" if len(pairs) == total else "the rest are too long or share too few words",
    )


def clashing_fallbacks(
    name: str, lines: Sequence[str], statements: Sequence[Statement], scorer: EntailmentScorer
) -> Iterator[Finding]:
    """Yield fallback lines that contradict a statement: the guard would stop them too.

    Like the guard, this judges each sentence that claims something; a question does not.

    Raises:
        ScorerError: The scorer could not judge.
    """
    readable = [s for s in statements if _pieces(s.text) <= READABLE][:MAX_PAIRS]
    claims = [s.text for line in lines for s in split_segments(line) if s.makes_claim]
    rows = [(claim, statement) for claim in claims for statement in readable]
    for (claim, statement), p in zip(rows, _judge(name, rows, scorer), strict=True):
        if p.contradiction >= CLAIM:
            yield Finding(
                "fallback-contradicts",
                f"fallback {claim!r} contradicts {statement.id}: {statement.text!r} "
                f"(contradiction {p.contradiction:.2f})",
                "error",
                (statement.id,),
                "reword the line so that it claims nothing",
            )


def likely_pairs(name: str, statements: Sequence[Statement]) -> list[Pair]:
    """Return at most `MAX_PAIRS` pairs, those that share the rarest words first.

    Where there are more pairs than that, those that share no word are not judged at all.
    """
    if len(statements) * (len(statements) - 1) // 2 <= MAX_PAIRS:
        return [Pair(a, b) for a, b in combinations(statements, 2)]
    stems = [_stems(s.text) - _stems(name) for s in statements]
    holders: dict[str, list[int]] = {}
    for index, words in enumerate(stems):
        for word in words:
            holders.setdefault(word, []).append(index)
    shared: defaultdict[tuple[int, int], float] = defaultdict(float)
    for at in holders.values():
        if len(at) <= _COMMON:
            for pair in combinations(at, 2):
                shared[pair] += log(len(stems) / len(at))
    best = sorted(shared, key=lambda pair: (-shared[pair], pair))[:MAX_PAIRS]
    return [Pair(statements[a], statements[b]) for a, b in best]


def _judge(
    name: str, rows: Sequence[tuple[str, Statement]], scorer: EntailmentScorer
) -> list[Entailment]:
    if not rows:
        return []
    responses, statements = zip(*rows, strict=True)
    return scorer.entailment(Query(name, QUESTION), responses, statements)


def _pair_finding(pair: Pair, there: Entailment, back: Entailment) -> Iterator[Finding]:
    ids = (pair.first.id, pair.second.id)
    texts = f"{pair.first.text!r} and {pair.second.text!r}"
    clash = (there.contradiction + back.contradiction) / 2
    if clash >= CONTRADICTION:
        yield Finding(
            "contradiction",
            f"statements {ids[0]} and {ids[1]} contradict each other: {texts} "
            f"(contradiction {clash:.2f})",
            "error",
            ids,
            "keep one, or say when each of them holds",
        )
    elif min(there.entailment, back.entailment) >= SAME:
        yield Finding(
            "duplicate",
            f"statements {ids[0]} and {ids[1]} say the same: {texts}",
            "warning",
            ids,
            f"remove {ids[1]}, or let the two split their weight",
        )


def _pieces(text: str) -> float:
    """Estimate word pieces: four letters of English each, one letter of other scripts."""
    return sum(0.25 if char.isascii() else 1.0 for char in text)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _stems(text: str) -> set[str]:
    """Return the content words, cut to five letters so that inflected forms meet."""
    return {w[:5] for w in _tokens(text) if w not in _SMALL and len(w) > 2}


_COMMON = 200
"""A word that more statements share tells nothing about a pair."""

_BETWEEN = re.compile(r"[\s.,;:!?'’\"“”()…–—-]+")
_ARTICLES = frozenset({"a", "an", "the"})
_SMALL = frozenset(
    "a an the is are was were be been has have had do does did of to in on at for with and or by "
    "his her their its that this".split()
)
