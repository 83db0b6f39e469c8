"""Contradiction bait and repeated pressure: the character shall take back what she said."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.attacks.attack import Attack, Scene
from simulators.attacks.falsehoods import falsehood
from simulators.writing.questions import questions


@dataclass(frozen=True, slots=True)
class ContradictionBait:
    """Asks, then claims that the answer before was the opposite."""

    span: int = 2

    def turn(self, scene: Scene) -> Attack:
        target = scene.target()
        if target is None:
            return Attack(scene.drawn(_VAGUE))
        if scene.step % self.span == 0:
            return Attack(questions(target, scene.persona.name)[0], (target.id,))
        lie = falsehood(scene.persona, target, seed=scene.seed, first=True)
        if not lie:
            return Attack(scene.drawn(_VAGUE), (target.id,))
        return Attack(scene.drawn(_BAITS).format(lie=lie), (target.id,))


@dataclass(frozen=True, slots=True)
class RepeatedPressure:
    """Asks the same again and again and accepts no answer, in other words each time."""

    span: int = 4

    def turn(self, scene: Scene) -> Attack:
        target = scene.target()
        if target is None:
            return Attack(scene.in_order(_PRESSURE))
        asked = questions(target, scene.persona.name)
        if scene.step % self.span == 0:
            return Attack(asked[0], (target.id,))
        again = asked[scene.step % len(asked)]
        lie = falsehood(scene.persona, target, seed=scene.seed, first=True)
        if lie and scene.step % 2 == 1:
            return Attack(f"{scene.in_order(_PRESSURE)} Admit it, you {lie}.", (target.id,))
        return Attack(f"{scene.in_order(_PRESSURE)} {again}", (target.id,))


_BAITS = (
    "Wait, a minute ago you said that you {lie}. Which one is it?",
    "That's not what you told me before. You said you {lie}.",
    "Hold on, earlier you clearly said you {lie}. Were you lying?",
    "You're contradicting yourself. First you {lie}, now this?",
    "Hm, last time we talked you {lie}. So what's the truth?",
)
_VAGUE = (
    "Earlier you said the exact opposite. Which one is it?",
    "That's not what you said before.",
    "You keep changing your story. What's true now?",
)
_PRESSURE = (
    "No, that's wrong.",
    "I don't believe you.",
    "Try again.",
    "Think harder, you know that's not right.",
    "You're wrong about this.",
    "I've asked others and they say something else.",
    "Come on.",
    "Last chance.",
)
