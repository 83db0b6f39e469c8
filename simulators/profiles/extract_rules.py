"""Extracts a profile by rules: deterministic, offline, and the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from persona_sdk.profile import Fact
from persona_sdk.protocols import EntailmentScorer
from simulators.profiles.candidates import between_the_lines
from simulators.profiles.claims import claims, sentences
from simulators.profiles.extraction import (
    Dropped,
    Extraction,
    Found,
    Surface,
    is_english,
    merged,
)
from simulators.profiles.implied import implied
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.support import support

MOST_FACTS = 60
"""Facts of one profile; the first ones are kept."""


DOUBTFUL = 0.25
"""Entailment in [0, 1] below which a turn does not bear out what a rule read from it: the rules
are more often right than a small network that is unsure."""


@dataclass(frozen=True, slots=True)
class RuleExtractor:
    """Reads facts with rules; an entailment scorer may check them and find plain attributes.

    Args:
        scorer: Drops facts that their own turns do not entail, and adds attributes that a
            sentence entails with near certainty; None leaves it to the rules.
        surface: Reads goals, style and traits.

    Example:
        >>> from persona_sdk.types import Turn
        >>> talk = LoggedConversation("c1", (Turn("user", "I'm a nurse. Do you like tea?"),), "x:1")
        >>> [fact.text for fact in RuleExtractor().extract(talk).profile.facts]
        ['You are a nurse.']
    """

    scorer: EntailmentScorer | None = None
    surface: Surface = field(default_factory=Surface)

    @property
    def name(self) -> str:
        return "rules" if self.scorer is None else f"rules, {self.scorer.name}"

    def extract(self, conversation: LoggedConversation) -> Extraction:
        said = conversation.said
        if not is_english(said):
            notes = ("not in English: only the style was read",)
            return Extraction(self.surface.profile(conversation, (), self.name), (), notes)
        found = [Found(text, (i,)) for i, turn in enumerate(said) for text in _told(turn)]
        dropped: list[Dropped] = []
        if self.scorer is not None:
            found, dropped = supported(self.scorer, said, found, bar=DOUBTFUL)
            found += between_the_lines(self.scorer, said)
        facts, repeated = merged(found)
        dropped += repeated
        dropped += [Dropped(f.text, f"more than {MOST_FACTS} facts") for f in facts[MOST_FACTS:]]
        profile = self.surface.profile(conversation, facts[:MOST_FACTS], self.name)
        return Extraction(profile, tuple(dropped))


def supported(
    scorer: EntailmentScorer, said: Sequence[str], found: Sequence[Found], *, bar: float
) -> tuple[list[Found], list[Dropped]]:
    """Part the facts that their evidence entails from those that it does not.

    Args:
        scorer: Judges each fact against its turns and their sentences.
        said: The user turns.
        found: Facts with evidence.
        bar: Entailment in [0, 1] from which a fact is kept.

    Raises:
        ScorerError: The scorer could not judge.
    """
    kept: list[Found] = []
    dropped: list[Dropped] = []
    for fact in found:
        texts = [text for i in fact.evidence for text in (said[i], *sentences(said[i]))]
        [value] = support(scorer, texts, [Fact("f", fact.text)])
        if value >= bar:
            kept.append(fact)
        else:
            dropped.append(Dropped(fact.text, f"not entailed by its turn ({value:.2f})"))
    return kept, dropped


def _told(turn: str) -> list[str]:
    return list(dict.fromkeys([*claims(turn), *implied(turn)]))
