"""Measures a profile against a dialogue: DP.P, DP.R and DPC (arXiv 2502.18968, section 4).

F_p are the facts of the profile, F_d those of the dialogue, S(x, f) is 1 where text x entails f.

```
DP.P = 1/|F_p| · Σ S(dialogue, f)     what the profile says is in the dialogue
DP.R = 1/|F_d| · Σ S(profile, f)      what the dialogue says is in the profile
DPC  = 2 · DP.P · DP.R / (DP.P + DP.R)
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from persona_sdk.profile import Fact, Profile
from persona_sdk.protocols import EntailmentScorer
from persona_sdk.types import Score
from persona_sdk.words import content_words
from simulators.profiles.claims import sentences
from simulators.profiles.persons import open_contractions, to_second
from simulators.profiles.render import as_reply
from simulators.profiles.support import SUPPORTED, support


@dataclass(frozen=True, slots=True)
class Consistency:
    """How well a profile and a dialogue agree; each score is in [0, 1], higher is better."""

    precision: Score
    """DP.P; without a value where the profile has no facts."""
    recall: Score
    """DP.R; without a value where the dialogue has no facts."""
    dpc: Score
    """Harmonic mean of both; 0 where one is 0, without a value where one has none."""
    profile_facts: int
    dialogue_facts: int
    scorer: str
    """Name of the entailment scorer: figures of others do not compare."""
    threshold: float
    """Entailment in [0, 1] from which a fact counted as supported."""


def consistency(
    profile: Profile,
    said: Sequence[str],
    scorer: EntailmentScorer,
    *,
    facts: Sequence[Fact] | None = None,
    threshold: float = SUPPORTED,
) -> Consistency:
    """Measure `profile` against what a user said.

    Args:
        profile: Its facts are judged.
        said: The user turns.
        scorer: Tells what a text entails.
        facts: F_d where it is known; None takes `dialogue_facts(said)`.
        threshold: Entailment in [0, 1] from which a fact is supported.

    Raises:
        ScorerError: The scorer could not judge.
        ValueError: The threshold is outside [0, 1].
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must be in [0, 1], was: {threshold}")
    told = dialogue_facts(said) if facts is None else tuple(facts)
    spoken = [sentence for turn in said for sentence in sentences(turn)]
    precision = _share(support(scorer, spoken, profile.facts), threshold, "profile")
    replies = [as_reply(fact) for fact in profile.facts]
    recall = _share(support(scorer, replies, told), threshold, "dialogue")
    return Consistency(
        precision=precision,
        recall=recall,
        dpc=harmonic(precision, recall),
        profile_facts=len(profile.facts),
        dialogue_facts=len(told),
        scorer=scorer.name,
        threshold=threshold,
    )


def dialogue_facts(said: Sequence[str]) -> tuple[Fact, ...]:
    """Return the atomic facts of a dialogue: the sentences in which the user speaks of himself.

    Nothing is weighed or left out here but questions, sentences that address the other side, and
    those without a content word, so that no extractor is measured by its own rules.

    Example:
        >>> [fact.text for fact in dialogue_facts(["Hi. I love my cats. Do you?"])]
        ['You love your cats.']
    """
    found = []
    for number, turn in enumerate(said):
        for sentence in sentences(turn):
            text = open_contractions(sentence)
            if _OWN.search(text) and not _NOT_ONE.search(text) and content_words(text):
                found.append((to_second(text), number))
    return tuple(Fact(f"d{i}", text, evidence=(turn,)) for i, (text, turn) in enumerate(found))


def harmonic(precision: Score, recall: Score) -> Score:
    """Return the harmonic mean of two scores in [0, 1]."""
    p, r = precision.value, recall.value
    if p is None or r is None:
        return Score(None, precision.reason or recall.reason)
    return Score(2 * p * r / (p + r) if p + r else 0.0)


def _share(values: Sequence[float], threshold: float, what: str) -> Score:
    if not values:
        return Score(None, f"the {what} has no facts")
    return Score(sum(value >= threshold for value in values) / len(values))


_OWN = re.compile(r"\b(?:I|my|me|mine|myself|we|our|us)\b", re.IGNORECASE)
_NOT_ONE = re.compile(r"\?|\b(?:you|your|yours|u|ur)\b", re.IGNORECASE)
