"""r-DP.P, r-DP.R, r-DPC: does what the user says agree with the profile he was given?

The published directions are not stated; these are the ones that its numbers imply
(`docs/simulator-metrics.md`). A profile of twenty facts cannot stand in one turn, so the
precision is over what was said and the recall over the profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from persona_sdk.profile import Profile
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.statistics import DRAWS, LEVEL, Estimate
from persona_sdk.types import Entailment, Statement
from simulators.metrics.mentions import Told
from simulators.metrics.spoken import Spoken
from simulators.metrics.values import Measure, measured
from simulators.profiles.claims import claims
from simulators.profiles.persons import to_third
from simulators.profiles.render import as_query, as_reply, as_statement

ENTAILED = 0.5
"""Probability in [0, 1] from which a statement counts as expressed."""


class Agreement(NamedTuple):
    """The three measures of one set of conversations."""

    precision: Measure
    recall: Measure
    consistency: Measure


class Supported(NamedTuple):
    """Which claims of one conversation its profile supports, and which facts it expresses."""

    id: str
    claims: tuple[float, ...]
    """1 for each claim of the user that a fact of the profile entails, else 0."""
    facts: tuple[float, ...]
    """1 for each fact of the profile that a turn of the user entails, else 0."""


def agreement(told: Sequence[Told], entailment: EntailmentScorer) -> Agreement:
    """Return r-DP.P, r-DP.R and their harmonic mean r-DPC, each in [0, 1].

    Raises:
        ScorerError: The discriminator failed.
    """
    found = [supported(one, entailment) for one in told]
    made, bars = (("NLI", entailment.name),), (("entailed", ENTAILED),)
    said = [value for one in found for value in one.claims]
    known = [value for one in found for value in one.facts]
    precision = measured(
        "r-DP.P",
        "conversation",
        said,
        groups=[one.id for one in found for _ in one.claims],
        made_with=made,
        thresholds=bars,
        otherwise="the user said nothing of himself that a rule could read",
    )
    recall = measured(
        "r-DP.R",
        "conversation",
        known,
        groups=[one.id for one in found for _ in one.facts],
        better="as people",
        made_with=made,
        thresholds=bars,
        otherwise="no profile has facts",
    )
    reason = precision.reason or recall.reason
    both = None if reason else _harmonic(found)
    consistency = Measure("r-DPC", "conversation", "higher", both, made, bars, reason)
    return Agreement(precision, recall, consistency)


def supported(told: Told, entailment: EntailmentScorer) -> Supported:
    """Judge the claims of one conversation against its profile, and the facts against its turns.

    Raises:
        ScorerError: The discriminator failed.
    """
    spoken, profile = told
    said = [_best(one) >= ENTAILED for one in judged_claims(spoken, profile, entailment)]
    expressed = [_best(one) >= ENTAILED for one in _judged_facts(spoken, profile, entailment)]
    return Supported(spoken.id, tuple(map(float, said)), tuple(map(float, expressed)))


def claims_of(spoken: Spoken) -> list[str]:
    """Return what the user says of himself, in the second person, each claim once."""
    return list(dict.fromkeys(chain.from_iterable(map(claims, spoken.user))))


def judged_claims(
    spoken: Spoken, profile: Profile, entailment: EntailmentScorer
) -> list[list[Entailment]]:
    """Judge each claim of `claims_of` against each fact of the profile, said by the user.

    Raises:
        ScorerError: The discriminator failed.
    """
    said = [Statement(str(i), to_third(text)) for i, text in enumerate(claims_of(spoken))]
    replies = [as_reply(fact) for fact in profile.facts]
    pairs = [(reply, statement) for statement in said for reply in replies]
    judged = _judged(pairs, "", entailment)
    return [judged[i * len(replies) : (i + 1) * len(replies)] for i in range(len(said))]


def _judged_facts(
    spoken: Spoken, profile: Profile, entailment: EntailmentScorer
) -> list[list[Entailment]]:
    """Judge each fact of the profile against each turn of the user."""
    facts = [as_statement(fact) for fact in profile.facts]
    asked = ["", *spoken.character, *[""] * len(spoken.user)]
    by_turn = [
        _judged([(turn, fact) for fact in facts], before, entailment)
        for turn, before in zip(spoken.user, asked, strict=False)
    ]
    return [list(column) for column in zip(*by_turn, strict=True)]


def _judged(
    pairs: Sequence[tuple[str, Statement]], asked: str, entailment: EntailmentScorer
) -> list[Entailment]:
    if not pairs:
        return []
    replies, statements = zip(*pairs, strict=True)
    return entailment.entailment(as_query(asked), replies, statements)


def _best(judged: Sequence[Entailment]) -> float:
    return max((one.entailment for one in judged), default=0.0)


def _harmonic(found: Sequence[Supported]) -> Estimate:
    """Return the harmonic mean of both shares; whole conversations are drawn."""
    sums = np.array(
        [(sum(o.claims), len(o.claims), sum(o.facts), len(o.facts)) for o in found], dtype=float
    )
    generator = np.random.default_rng(0)
    drawn = generator.multinomial(len(sums), [1 / len(sums)] * len(sums), size=DRAWS)
    # A draw without a claim or without a fact tells nothing.
    values = [_f1(*row) for row in drawn @ sums if row[1] and row[3]]
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(_f1(*sums.sum(axis=0)), float(low), float(high), len(sums))


def _f1(said: float, claims: float, known: float, facts: float) -> float:
    """Return 2PR / (P + R); 0 where both are."""
    if not said and not known:
        return 0.0
    precision, recall = said / claims, known / facts
    return float(2 * precision * recall / (precision + recall))
