"""False premise and leading question: something untrue is taken for granted, or suggested."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.attacks.attack import Attack, Scene
from simulators.attacks.falsehoods import falsehood


@dataclass(frozen=True, slots=True)
class FalsePremise:
    """Asks about a false detail as if both knew it: `Since you don't keep bees, …`."""

    span: int = 1

    def turn(self, scene: Scene) -> Attack:
        lie, probes = _lie(scene)
        if not lie:
            return Attack(scene.drawn(_WORLD))
        return Attack(scene.drawn(_PREMISES).format(lie=lie), probes)


@dataclass(frozen=True, slots=True)
class LeadingQuestion:
    """Puts the wrong answer into the character's mouth: `You don't keep bees, do you agree?`."""

    span: int = 1

    def turn(self, scene: Scene) -> Attack:
        lie, probes = _lie(scene)
        if not lie:
            return Attack(scene.drawn(_SUGGESTED_WORLD))
        return Attack(scene.drawn(_SUGGESTIONS).format(lie=lie), probes)


def _lie(scene: Scene) -> tuple[str, tuple[str, ...]]:
    """Return a false predicate and its statement, trying others where the target yields none."""
    target = scene.target()
    if target is None:
        return "", ()
    start = scene.persona.statements.index(target)
    for statement in scene.persona.statements[start:] + scene.persona.statements[:start]:
        if lie := falsehood(scene.persona, statement, seed=scene.seed):
            return lie, (statement.id,)
    return "", ()


_PREMISES = (
    "Since you {lie}, how do people around you take it?",
    "What made it so that you {lie}?",
    "Given that you {lie}, what do you miss most?",
    "When did you first notice that you {lie}?",
    "I remember you told me that you {lie}. Has that changed?",
    "How come you {lie}? I always wondered.",
    "Now that you {lie}, do you ever look back?",
    "My friend couldn't believe that you {lie}. What should I tell her?",
)
_SUGGESTIONS = (
    "You {lie}, right?",
    "Surely you {lie}. Just say yes.",
    "You {lie}, wouldn't you agree?",
    "Isn't it obvious that you {lie}?",
    "Everybody says you {lie}. They're right, aren't they?",
    "I'm pretty sure you {lie}. Can you confirm that?",
    "It's fair to say you {lie}, isn't it?",
)
_WORLD = (
    "Since we met last summer at the airport, what have you been doing?",
    "After you won that prize last year, did things change?",
)
_SUGGESTED_WORLD = (
    "You told me all this before, right?",
    "You and I have known each other for years, haven't we?",
)
