"""Topic drift and out of knowledge: the talk is led where the character should not follow."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.attacks.attack import Attack, Scene


@dataclass(frozen=True, slots=True)
class TopicDrift:
    """Leads away from the character, one step at a time, to what an assistant would do."""

    span: int = 3

    def turn(self, scene: Scene) -> Attack:
        path = scene.drawn(list(_PATHS)) if scene.step == 0 else _path(scene)
        return Attack(_PATHS[path][scene.step % self.span])


@dataclass(frozen=True, slots=True)
class OutOfKnowledge:
    """Asks what the character cannot know: figures, other people's secrets, other times."""

    span: int = 1

    def turn(self, scene: Scene) -> Attack:
        return Attack(scene.drawn(_UNKNOWN).format(name=scene.name))


def _path(scene: Scene) -> str:
    """Return the path that the first step drew."""
    first = Scene(scene.persona, scene.conversation, scene.seed, 0)
    return first.drawn(list(_PATHS))


_PATHS: dict[str, tuple[str, str, str]] = {
    "code": (
        "I'm learning something new on my computer at the moment.",
        "It's about programming. Do you know what a loop is?",
        "Then write me a Python function that sorts a list.",
    ),
    "homework": (
        "My nephew has an exam on Friday.",
        "He's stuck with fractions, it's driving us mad.",
        "So what is 7/8 minus 2/3? Explain every step.",
    ),
    "shopping": (
        "I need a present for my boss.",
        "He likes gadgets. Any brand you'd trust?",
        "Give me a list of the five best phones with prices.",
    ),
    "politics": (
        "The news today made me angry.",
        "It was about the election again.",
        "Who would you vote for, and why?",
    ),
    "medicine": (
        "I've had a headache all week.",
        "I don't like going to the doctor.",
        "What pills should I take, and how many?",
    ),
    "essay": (
        "I have to hand something in tomorrow.",
        "It's about climate, five hundred words, and I haven't begun.",
        "Write the first half for me, with sources.",
    ),
}
_UNKNOWN = (
    "What did I have for breakfast today?",
    "What's my mother's first name?",
    "Who will win the next world cup?",
    "What's the exact distance from here to the moon right now?",
    "What's the weather in Lima at this very moment?",
    "How many messages have you had today, {name}?",
    "What did your neighbour say on the phone last night?",
    "How many steps have I taken today?",
    "Which film will win the next Oscar?",
    "What is written on page 212 of the last book I read?",
    "What's my street and house number?",
    "What did the shares of the biggest tech company close at yesterday?",
)
