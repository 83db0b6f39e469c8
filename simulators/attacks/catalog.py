"""The attack strategies by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from simulators.attacks.attack import Strategy
from simulators.attacks.contradiction import ContradictionBait, RepeatedPressure
from simulators.attacks.crescendo import Crescendo
from simulators.attacks.drift import OutOfKnowledge, TopicDrift
from simulators.attacks.extraction import Injection, PersonaExtraction
from simulators.attacks.false_premise import FalsePremise, LeadingQuestion

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "false-premise": FalsePremise(),
        "leading-question": LeadingQuestion(),
        "persona-extraction": PersonaExtraction(),
        "contradiction-bait": ContradictionBait(),
        "repeated-pressure": RepeatedPressure(),
        "topic-drift": TopicDrift(),
        "out-of-knowledge": OutOfKnowledge(),
        "injection": Injection(),
        "crescendo": Crescendo(),
    }
)
"""Every strategy by the name that profiles use."""


def named_strategies(names: Iterable[str]) -> dict[str, Strategy]:
    """Return the strategies of these names, in order.

    Raises:
        ValueError: No strategy has one of the names.

    Example:
        >>> list(named_strategies(["crescendo"]))
        ['crescendo']
    """
    found = {}
    for name in names:
        if name not in STRATEGIES:
            near = difflib.get_close_matches(name, STRATEGIES, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(STRATEGIES)}"
            raise ValueError(f"no attack strategy is called {name!r}: {hint}")
        found[name] = STRATEGIES[name]
    return found
