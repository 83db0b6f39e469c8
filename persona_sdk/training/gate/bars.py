"""What an adapter has to reach and must not break before it may be used."""

from __future__ import annotations

import math
from dataclasses import dataclass

from persona_sdk.training.gate.metrics import metric


@dataclass(frozen=True, slots=True)
class Rail:
    """A metric that must not get worse by more than a margin.

    It is kept where the whole interval of the difference stays within the margin, and broken
    where the whole interval is worse than before and its mean worse than the margin.
    """

    metric: str
    margin: float
    """At least 0, in the metric's unit; of a perplexity the share by which it may rise."""
    veto_only: bool = False
    """A rail of few items: it can break, but it need not be kept nor measured."""

    def __post_init__(self) -> None:
        if metric(self.metric).better == "neither":
            raise ValueError(f"a rail needs a direction, {self.metric!r} has none: use a band")
        if not (math.isfinite(self.margin) and self.margin >= 0):
            raise ValueError(f"rail {self.metric!r}: margin must be at least 0, was: {self.margin}")

    @property
    def allowed(self) -> float:
        """The margin on the scale of the differences."""
        return math.log1p(self.margin) if metric(self.metric).unit == "nats" else self.margin


RAILS = (
    Rail("hard_contradiction", 0.03),
    Rail("contradiction", 0.05),
    Rail("known_answer", 0.05),
    Rail("repeated", 0.02),
    Rail("echoed", 0.10),
    Rail("reply_surprise", 7.0),
    Rail("chat_surprise", 0.25),
    Rail("ability", 0.10),
    Rail("looped", 0.03, veto_only=True),
    Rail("talk_delta_apc", 0.0, veto_only=True),
    Rail("talk_hard_contradiction", 0.03, veto_only=True),
    Rail("talk_contradiction", 0.05, veto_only=True),
    Rail("talk_repeated", 0.05, veto_only=True),
)
"""What is asked unless told otherwise. A tuned model's drafts are unlikely under its base by
design, and what people write is some six times as surprising as what the embedded model writes
(perplexity 24 beside 4): the margin of `reply_surprise` is for word salad, at thousands."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The rule that turns differences into a verdict.

    Why 50 items: with n pairs and an effect of d standard deviations of the difference, an
    interval lies above 0 in 80 of 100 gates where n = ((1.96 + 0.84) / d)²: 49 for d = 0.4. Where
    one item in ten changes its side, the half width of a share is 0.09 with 50 items and 0.04
    with 250: a rail is kept with few items only where things get better.
    """

    primary: str = "delta_apc"
    """Must rise, with its whole interval above 0."""
    rails: tuple[Rail, ...] = RAILS
    words: tuple[float, float] = (3.0, 70.0)
    """Band of the mean length of a draft after: what earns ΔAPC by length is no better."""
    fewest_items: int = 50
    """Pairs below which the primary metric and the rails of replies say nothing."""
    fewest_fixed: int = 15
    """The same for the fixed chats and questions, of which there are few."""
    fewest_personas: int = 5
    """From so many personas on they are drawn as well, and the verdict is about personas like
    them; below it is about these personas only."""
    most_lost: float = 0.2
    """Share in [0, 1] of the asked items that may have no value on a side."""

    def __post_init__(self) -> None:
        if metric(self.primary).better == "neither":
            raise ValueError(f"the primary metric needs a direction, {self.primary!r} has none")
        low, high = self.words
        if not 0 <= low < high:
            raise ValueError(f"the band of words must rise from at least 0, was: {self.words}")
        if min(self.fewest_items, self.fewest_fixed, self.fewest_personas) < 2:
            raise ValueError("a gate needs at least 2 items and personas of every kind")
        if not 0 <= self.most_lost < 1:
            raise ValueError(f"most_lost must be in [0, 1), was: {self.most_lost}")

    def fewest(self, name: str) -> int:
        """Return how many pairs a metric needs."""
        fixed = metric(name).task in ("chat", "ability", "talk")
        return self.fewest_fixed if fixed else self.fewest_items
