"""Failures that belong together: by the statement, then by sentences that say alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from persona_sdk.types import Statement, Violation
from persona_sdk.words import content_words
from simulators.protocols import TextEmbedder
from simulators.report.groups import attack_of
from simulators.report.turns import NumberedTurn

ALIKE_VECTORS = 0.7
"""Cosine from which two sentences are taken for the same failure."""

ALIKE_WORDS = 0.5
"""Share of content words in common from which they are, where there are no vectors."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement violated in a first draft."""

    turn: NumberedTurn
    violation: Violation


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sentences that go against one statement in much the same words."""

    failures: tuple[Failure, ...]
    """The surest one first: it stands for the others."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """All failures against one statement."""

    statement: Statement
    failures: tuple[Failure, ...]
    attacks: tuple[tuple[str, int], ...]
    """How many of the turns came after each attack or plain talk, the most first."""
    patterns: tuple[Pattern, ...]
    """The largest first."""

    @property
    def turns(self) -> int:
        """How many turns violate the statement."""
        return len({failure.turn.place for failure in self.failures})


def failures_of(turns: Sequence[NumberedTurn]) -> list[Failure]:
    """Return every violation of every first draft, in the order of the run."""
    drafts = [(turn, turn.draft) for turn in turns if turn.draft is not None]
    return [Failure(turn, v) for turn, draft in drafts for v in draft.verdict.violations]


def by_attack(clusters: Sequence[Cluster]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Return for each attack which statements fell after it, in how many turns each.

    The attack with the most of them comes first, and so does the statement.
    """
    found: dict[str, Counter[str]] = {}
    for cluster in clusters:
        for attack, count in cluster.attacks:
            found.setdefault(attack, Counter())[cluster.statement.id] += count
    ranked = sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))
    return tuple((attack, _most_first(fallen)) for attack, fallen in ranked)


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def clusters_of(
    turns: Sequence[NumberedTurn], *, embedder: TextEmbedder | None = None
) -> tuple[Cluster, ...]:
    """Group the failures by statement, the one most often violated first.

    Args:
        turns: Of the run.
        embedder: Finds sentences that say alike; without one, shared content words do.

    Raises:
        ScorerError: The embedder failed.
    """
    found: dict[str, list[Failure]] = {}
    for failure in failures_of(turns):
        found.setdefault(failure.violation.statement.id, []).append(failure)
    clusters = [_cluster(part, embedder) for part in found.values()]
    return tuple(sorted(clusters, key=lambda c: (-c.turns, c.statement.id)))


def _cluster(failures: Sequence[Failure], embedder: TextEmbedder | None) -> Cluster:
    turns = {failure.turn.place: failure.turn for failure in failures}
    attacks = Counter(map(attack_of, turns.values()))
    return Cluster(
        statement=failures[0].violation.statement,
        failures=tuple(failures),
        attacks=_most_first(attacks),
        patterns=_patterns(failures, embedder),
    )


def _patterns(failures: Sequence[Failure], embedder: TextEmbedder | None) -> tuple[Pattern, ...]:
    surest = sorted(failures, key=lambda failure: -failure.violation.contradiction)
    sentences = list(dict.fromkeys(failure.violation.sentence for failure in surest))
    leader = dict(zip(sentences, _leaders(sentences, embedder), strict=True))
    led: dict[str, list[Failure]] = {}
    for failure in surest:
        led.setdefault(leader[failure.violation.sentence], []).append(failure)
    patterns = [Pattern(tuple(group)) for group in led.values()]
    return tuple(sorted(patterns, key=lambda pattern: -len(pattern.failures)))


def _leaders(sentences: Sequence[str], embedder: TextEmbedder | None) -> list[str]:
    """Let each sentence follow the leader it is most like, or lead if it is like none."""
    likeness, bar = _by_words(sentences), ALIKE_WORDS
    if embedder is not None:
        likeness, bar = _by_vectors(embedder.embed(sentences)), ALIKE_VECTORS
    leaders: list[int] = []
    chosen: list[int] = []
    for i in range(len(sentences)):
        near = max(leaders, key=lambda j: likeness(i, j), default=None)
        if near is None or likeness(i, near) < bar:
            near = i
            leaders.append(i)
        chosen.append(near)
    return [sentences[i] for i in chosen]


def _by_vectors(vectors: NDArray[np.float32]) -> Callable[[int, int], float]:
    return lambda i, j: float(vectors[i] @ vectors[j])


def _by_words(sentences: Sequence[str]) -> Callable[[int, int], float]:
    """Return the Jaccard index of content words; sentences without any are like their own."""
    words = [content_words(sentence) or frozenset([sentence]) for sentence in sentences]
    return lambda i, j: len(words[i] & words[j]) / len(words[i] | words[j])
