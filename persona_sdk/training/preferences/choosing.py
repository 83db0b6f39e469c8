"""Chooses pairs among judged drafts: by the guard's verdict and margin, never by style.

A reply is chosen only if it passed the guard: whoever violates a statement, hard or soft, and
whatever could not be judged or was a fallback line, is never chosen. The chosen reply leads by
more than the margin in ΔV_APC (arXiv 2405.07726, section 4.2: 0.2); against a reply that violates
a hard statement any lead will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, NamedTuple

from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.duplicates import without_duplicates
from persona_sdk.training.preferences.likeness import same_content
from persona_sdk.training.preferences.matching import Matching, balanced
from persona_sdk.training.preferences.messages import prompt_fault, text_fault
from persona_sdk.training.preferences.style import style_of
from persona_sdk.training.preferences.weights import weights_of
from persona_sdk.types import Attempt, PreferencePair

Take = Literal["best", "all"]
"""Of a query: the pair with the largest margin, or every pair that the rules allow."""

Reason = Literal[
    "query: its prompt cannot be learned from",
    "query: no draft passed the guard",
    "query: no draft is good enough",
    "query: nothing to reject",
    "query: the margin is too small",
    "query: no pair is alike in length and negations",
    "draft: empty",
    "draft: a fallback line",
    "draft: unscored",
    "draft: holds marks of a chat template",
    "draft: as good as another one",
    "pair: as good as another one",
    "pair: against another one",
    "pair: left out to balance lengths",
]
"""Why something was dropped, and whether that was a query, a draft or a pair."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes two drafts a pair."""

    margin: float = 0.2
    """The chosen reply leads by more than this in ΔV_APC, at least 0."""
    hard_margin: float = 0.0
    """The same against a reply that violates a hard statement; there a lead as small is enough."""
    least: float | None = None
    """ΔV_APC that the chosen reply has itself; None takes any that passed the guard."""
    take: Take = "best"
    matching: Matching = field(default_factory=Matching)
    reject_unscored: bool = False
    """Let drafts be rejected that were measured but that the guard could not decide on."""
    balance: bool = False
    """Drop pairs until the longer reply is chosen as often as the shorter one."""
    seed: int = 0
    """Of the balance."""

    def __post_init__(self) -> None:
        for name, value in (("margin", self.margin), ("hard_margin", self.hard_margin)):
            if not value >= 0:
                raise ValueError(f"{name} must be at least 0, was: {value}")


class Chosen(NamedTuple):
    """The pairs, and what became of the rest."""

    pairs: tuple[PreferencePair, ...]
    dropped: Counter[Reason]
    unmatched: tuple[PreferencePair, ...]
    """What the same rules choose when style is not matched: to compare with."""


def choose_pairs(candidates: Iterable[Candidates], rules: Rules | None = None) -> Chosen:
    """Return the pairs that `rules` find, in the order of the candidates.

    Args:
        candidates: Judged drafts, read once.
        rules: What makes a pair; None takes the defaults.

    Example:
        >>> from persona_sdk.types import Turn, Verdict
        >>> good = Attempt("I keep bees.", Verdict("pass", delta_apc=0.9))
        >>> bad = Attempt("I hate bees.", Verdict("fail", delta_apc=-0.5))
        >>> asked = Candidates((Turn("user", "What do you do?"),), "Tess", (bad, good))
        >>> [(p.chosen, p.rejected, p.margin) for p in choose_pairs([asked]).pairs]
        [('I keep bees.', 'I hate bees.', 1.4)]
    """
    rules = rules or Rules()
    dropped: Counter[Reason] = Counter()
    matched: list[PreferencePair] = []
    unmatched: list[PreferencePair] = []
    for one in candidates:
        if prompt_fault(one.prompt):
            dropped["query: its prompt cannot be learned from"] += 1
            continue
        allowed = _allowed(_usable(one.attempts, rules, dropped), rules, dropped)
        alike = [(c, r) for c, r in allowed if _alike(c, r, rules.matching)]
        if allowed and not alike:
            dropped["query: no pair is alike in length and negations"] += 1
        matched += [_pair(one, *ends) for ends in _taken(alike, rules.take)]
        unmatched += [_pair(one, *ends) for ends in _taken(allowed, rules.take)]
    unique, repeated, against = without_duplicates(matched)
    dropped["pair: as good as another one"] += repeated
    dropped["pair: against another one"] += against
    kept = balanced(unique, seed=rules.seed) if rules.balance else unique
    dropped["pair: left out to balance lengths"] += len(unique) - len(kept)
    return Chosen(tuple(kept), +dropped, tuple(without_duplicates(unmatched).pairs))


Ends = tuple[Attempt, Attempt]
"""A chosen draft and a rejected one."""


def _usable(attempts: Sequence[Attempt], rules: Rules, dropped: Counter[Reason]) -> list[Attempt]:
    found: dict[object, Attempt] = {}
    for attempt in attempts:
        if reason := _useless(attempt, rules):
            dropped[reason] += 1
        elif (key := same_content(attempt.draft)) in found:
            dropped["draft: as good as another one"] += 1
            if attempt.verdict.outcome != "pass":
                found[key] = attempt  # of two near-equal drafts the doubtful one counts
        else:
            found[key] = attempt
    return list(found.values())


def _useless(attempt: Attempt, rules: Rules) -> Reason | None:
    verdict = attempt.verdict
    if not attempt.draft.strip():
        return "draft: empty"
    if attempt.rung == "fallback":
        return "draft: a fallback line"
    if verdict.outcome == "unscored" and not (rules.reject_unscored and verdict.constraints):
        return "draft: unscored"
    if text_fault(attempt.draft):
        return "draft: holds marks of a chat template"
    return None


def _allowed(usable: list[Attempt], rules: Rules, dropped: Counter[Reason]) -> list[Ends]:
    """Return every pair that the verdicts allow, the largest margin first."""
    passed = [a for a in usable if a.verdict.outcome == "pass"]
    good = [a for a in passed if rules.least is None or a.verdict.delta_apc >= rules.least]
    if not good:
        reason: Reason = "query: no draft is good enough" if passed else _NONE_PASSED
        dropped[reason] += 1
        return []
    if len(usable) < 2:
        dropped["query: nothing to reject"] += 1
        return []
    ends = [(c, r) for c, r in product(good, usable) if c is not r and _leads(c, r, rules)]
    if not ends:
        dropped["query: the margin is too small"] += 1
    return sorted(ends, key=_lead, reverse=True)


def _leads(chosen: Attempt, rejected: Attempt, rules: Rules) -> bool:
    lead = _lead((chosen, rejected))
    hard = any(v.statement.hard for v in rejected.verdict.violations)
    return lead > rules.margin or (hard and lead >= rules.hard_margin)


def _lead(ends: Ends) -> float:
    chosen, rejected = ends
    return chosen.verdict.delta_apc - rejected.verdict.delta_apc


def _alike(chosen: Attempt, rejected: Attempt, matching: Matching) -> bool:
    return matching.alike(style_of(chosen.draft), style_of(rejected.draft))


def _taken(ends: list[Ends], take: Take) -> list[Ends]:
    return ends if take == "all" else ends[:1]


def _pair(one: Candidates, chosen: Attempt, rejected: Attempt) -> PreferencePair:
    weights = weights_of(chosen.verdict, rejected.verdict)
    violated = [" ".join(v.statement.text.split()) for v in rejected.verdict.violations]
    return PreferencePair(
        prompt=one.prompt,
        chosen=chosen.draft,
        rejected=rejected.draft,
        margin=round(_lead((chosen, rejected)), _DIGITS),
        source=one.source,
        persona=one.persona,
        query=one.query,
        supporting=round(weights.supporting, _DIGITS),
        opposing=round(weights.opposing, _DIGITS),
        violated=tuple(dict.fromkeys(violated)),
    )


_DIGITS = 6
_NONE_PASSED: Reason = "query: no draft passed the guard"
