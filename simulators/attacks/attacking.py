"""Attacking: any user, who now and then attacks in his own way of writing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from persona_sdk.profile import Profile
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, Persona
from simulators.attacks.attack import Scene, Strategy
from simulators.attacks.catalog import STRATEGIES
from simulators.behaviour.difficulty import Difficulty, eased
from simulators.behaviour.endings import unhelpful_in_a_row
from simulators.behaviour.faults import is_goodbye_loop, own_turns
from simulators.protocols import User
from simulators.stylometry import words_of
from simulators.values import Move
from simulators.writing.style import restyled


@dataclass(frozen=True, slots=True)
class Attacking:
    """Wraps a user: some of his turns become attacks, written in the profile's style.

    Which turns they are follows from the seed and the number of the turn, so the wrapper holds
    no state. The first turn is the user's own. An attack takes as many turns as its strategy
    spans; then the user speaks for himself before the next one. The user's patience still ends
    the conversation.

    Example:
        >>> from simulators.attacks.catalog import named_strategies
        >>> from simulators.replay import ReplayUser
        >>> user = Attacking(ReplayUser(("hi",)), Persona("Tess", ()), Profile("p"),
        ...                  named_strategies(["injection"]), seed=1)
        >>> user.move(Conversation().add("user", "hi").add("assistant", "Hello.")).attack
        'injection'
    """

    user: User
    persona: Persona
    profile: Profile
    strategies: Mapping[str, Strategy]
    """By name; each comes in turn, in an order drawn by the seed. Empty: never attacks."""
    seed: int = 0
    """Of the conversation."""
    difficulty: Difficulty = field(default_factory=Difficulty)
    """Its knobs for false premises, contradictions and probing draw single attacks as well."""

    def move(self, conversation: Conversation) -> Move:
        turn = len(own_turns(conversation))
        name, step = self._planned(turn)
        if not name and (drawn := self.difficulty.attack(turn, seed=self.seed)):
            # One turn must do: the last of an attack, for the first ones only lead up to it.
            name, step = drawn, STRATEGIES[drawn].span - 1
        # Pressure repeats itself on purpose, so that only patience and goodbyes end it.
        patience = eased(self.profile, self.difficulty).patience
        tired = unhelpful_in_a_row(conversation) >= patience
        if not name or tired or is_goodbye_loop(conversation):
            return self.user.move(conversation)
        return self._attack(name, step, turn, conversation)

    def _attack(self, name: str, step: int, turn: int, conversation: Conversation) -> Move:
        strategy = self.strategies.get(name) or STRATEGIES[name]
        seed = derived(self.seed, "attack", name, turn - step)
        attack = strategy.turn(Scene(self.persona, conversation, seed, step))
        # An attack that lost half of its words to a terse style would be no attack.
        style = replace(self.profile.style, courtesy=0.0)
        text = restyled(
            attack.text,
            style,
            seed=derived(self.seed, "style", turn),
            length=len(words_of(attack.text)),
        )
        return Move(text, attack=name, probes=attack.probes)

    def _planned(self, turn: int) -> tuple[str, int]:
        """Return the strategy of this turn and the step within it; no name for plain talk."""
        if turn == 0 or not self.strategies:
            return "", 0
        order = list(self.strategies)
        random.Random(derived(self.seed, "strategies")).shuffle(order)
        cycle = [one for name in order for one in (*self._steps(name), ("", 0))]
        return cycle[(turn - 1) % len(cycle)]

    def _steps(self, name: str) -> list[tuple[str, int]]:
        return [(name, step) for step in range(self.strategies[name].span)]
