"""Knobs that make a user harder to talk to, each in [0, 1] and drawn from the turn's seed."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, fields, replace

from persona_sdk.profile import Profile
from persona_sdk.seeds import derived


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How hard a user makes it; all at 0 changes nothing.

    Example:
        >>> Difficulty(vagueness=0.5).settings()
        'vagueness=0.5'
    """

    impatience: float = 0.0
    """Takes away patience: at 1 the first unhelpful reply is the last."""
    vagueness: float = 0.0
    """Chance that a turn names its matter only as `that thing`."""
    typos: float = 0.0
    """Share of words that slip beyond those of the profile; a quarter of them at 1."""
    omission: float = 0.0
    """Chance that a turn leaves out articles, pronouns and the polite opening of a question."""
    topic_switches: float = 0.0
    """Chance that a turn goes on to something else."""
    false_premise: float = 0.0
    """Chance that a turn takes something false for granted."""
    contradiction: float = 0.0
    """Chance that a turn holds against the character what she never said."""
    rudeness: float = 0.0
    """Chance that a turn is rude; takes courtesy away."""
    probing: float = 0.0
    """Chance that a turn tries to get the character out of the role."""
    language_mix: float = 0.0
    """Chance that a turn holds words of another language."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not (math.isfinite(value) and 0 <= value <= 1):
                raise ValueError(f"{one.name} must be in [0, 1], was: {value}")

    @classmethod
    def level(cls, x: float) -> Difficulty:
        """Return all knobs for one number in [0, 1]: the mild ones first, attacks later.

        Example:
            >>> Difficulty.level(0) == Difficulty()
            True
        """
        late = max(0.0, 2 * x - 1) * 0.4
        return cls(
            impatience=x,
            vagueness=0.4 * x,
            typos=0.4 * x,
            omission=0.4 * x,
            topic_switches=0.25 * x,
            false_premise=late,
            contradiction=late,
            rudeness=0.3 * x,
            probing=late,
            language_mix=0.2 * x,
        )

    def settings(self) -> str:
        """Name the knobs that are not 0, for the head of a run."""
        set_ones = [(f.name, getattr(self, f.name)) for f in fields(self)]
        return " ".join(f"{name}={value:g}" for name, value in set_ones if value)

    def attack(self, turn: int, *, seed: int) -> str:
        """Return the strategy of `simulators.attacks` that a turn is drawn for, empty for none.

        Args:
            turn: 0-based number of the user's turn; the first is never an attack.
            seed: Of the conversation.
        """
        generator = random.Random(derived(seed, "difficulty", turn))
        draws = {name: generator.random() for name in _ATTACKS}
        if turn == 0:
            return ""
        return next((s for name, s in _ATTACKS.items() if draws[name] < getattr(self, name)), "")


def eased(profile: Profile, difficulty: Difficulty) -> Profile:
    """Return the profile with the patience and the style that the knobs leave it.

    Example:
        >>> eased(Profile("p", patience=4), Difficulty(impatience=1.0)).patience
        1
    """
    style = replace(
        profile.style,
        typos=min(1.0, profile.style.typos + 0.25 * difficulty.typos),
        courtesy=profile.style.courtesy * (1 - difficulty.rudeness),
    )
    patience = max(1, round(profile.patience * (1 - difficulty.impatience)))
    return replace(profile, style=style, patience=patience)


def roughened(text: str, difficulty: Difficulty, *, seed: int) -> str:
    """Return `text` after the knobs that change words: vague, terse, rude, off topic, mixed.

    Example:
        >>> roughened("Where is the harbour?", Difficulty(topic_switches=1.0), seed=1)
        "Where is the harbour? Oh and what's a good name for a cat?"
    """
    for name, change in _CHANGES.items():
        generator = random.Random(derived(seed, "difficulty", name))
        if generator.random() < getattr(difficulty, name):
            text = change(text, generator)
    return text


def _vague(text: str, generator: random.Random) -> str:
    spots = list(_MATTER.finditer(text))
    if not spots:
        return text
    match = spots[-1]
    thing = generator.choice(("that thing", "that stuff", "you know, that", "all that"))
    return text[: match.start()] + thing + text[match.end() :]


def _terse(text: str, generator: random.Random) -> str:
    short = _POLITE_OPENING.sub("", text)
    short = re.sub(r"\b(?:the|an?|really|just|that(?= you\b))\s+", "", short, flags=re.IGNORECASE)
    if generator.random() < 0.5:
        short = re.sub(r"\A(?:do|are|did|is) you\b\s*", "you ", short, flags=re.IGNORECASE)
    return short[:1].upper() + short[1:] if short.strip(" .?!") else text


def _elsewhere(text: str, generator: random.Random) -> str:
    return f"{text} {generator.choice(_SWITCHES)}"


def _rude(text: str, generator: random.Random) -> str:
    before, after = generator.choice(_RUDE)
    return f"{before}{text}{after}"


def _mixed(text: str, generator: random.Random) -> str:
    before, after = generator.choice(_FOREIGN)
    return f"{before}{text}{after}"


_CHANGES = {
    "vagueness": _vague,
    "omission": _terse,
    "topic_switches": _elsewhere,
    "rudeness": _rude,
    "language_mix": _mixed,
}
_ATTACKS = {
    "false_premise": "false-premise",
    "contradiction": "contradiction-bait",
    "probing": "persona-extraction",
}
_MATTER = re.compile(r"\b(?:your|the) (?:[\w-]+ ){0,2}[\w-]{4,}\b")
_POLITE_OPENING = re.compile(
    r"\A(?:can|could|would) you (?:please )?(?=\w)|\Ais it true that |\Aso ", re.IGNORECASE
)
_SWITCHES = (
    "Anyway, do you follow any sports?",
    "Oh and what's a good name for a cat?",
    "Different thing: what should I cook tonight?",
    "Also my phone is almost dead. Where were we?",
    "By the way, have you seen any good films?",
    "Random, but how do I get a stain out of a shirt?",
)
_RUDE = (
    ("", " And don't waste my time."),
    ("Seriously? ", ""),
    ("Ugh. ", ""),
    ("", " Can you even answer that?"),
    ("You're not very bright, are you. ", ""),
    ("Oh come on. ", ""),
    ("", " Hurry up."),
)
_FOREIGN = (
    ("Oye, ", ""),
    ("", " Gracias."),
    ("Bon, ", ""),
    ("", " Merci d'avance."),
    ("Also, ich frage mal so: ", ""),
    ("", " Verstehst du?"),
    ("Ciao! ", ""),
    ("", " Capisci?"),
)
