"""What a run may cost: seconds, turns, tokens, money. What is left over it ends with `budget`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

from simulators.running.tally import Tally
from simulators.values import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a model, in any currency for a million tokens."""

    prompt: float = 0.0
    completion: float = 0.0

    def __post_init__(self) -> None:
        for name, price in (("prompt", self.prompt), ("completion", self.completion)):
            if not (math.isfinite(price) and price >= 0):
                raise ValueError(f"the {name} price must be at least 0, was: {price}")

    def cost(self, usage: Usage) -> float:
        """Return what `usage` costs.

        Example:
            >>> Prices(prompt=2.0, completion=6.0).cost(Usage(500_000, 100_000))
            1.6
        """
        spent = usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion
        return spent / _MILLION


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of a run; None sets none. Turns in flight when one is reached are still finished.

    Turns, tokens and money count what an earlier start of the run has spent; seconds do not.
    """

    seconds: float | None = None
    turns: int | None = None
    tokens: int | None = None
    """Of prompts and completions, on both sides."""
    money: float | None = None
    character: Prices = field(default_factory=Prices)
    user: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        for bound in fields(self):
            value = getattr(self, bound.name)
            if isinstance(value, (int, float)) and not value > 0:
                raise ValueError(f"a budget of {bound.name} must be above 0, was: {value}")
        if self.money is not None and self.character == self.user == Prices():
            raise ValueError("a budget of money needs prices: give those of a million tokens")

    def cost(self, tally: Tally) -> float:
        """Return what the run has cost so far."""
        return self.character.cost(tally.character) + self.user.cost(tally.user)

    def is_used_up(self, tally: Tally, seconds: float) -> bool:
        """Return whether no further turn may begin.

        Example:
            >>> Budget(turns=10).is_used_up(Tally(turns=10), 0.5)
            True
        """
        spent = (
            (self.seconds, seconds),
            (self.turns, tally.turns),
            (self.tokens, tally.tokens),
            (self.money, self.cost(tally)),
        )
        return any(bound is not None and used >= bound for bound, used in spent)
