"""Two models beside each other on made-up characters that share no fact with those of the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.agent import PersonaAgent
from persona_sdk.protocols import ChatModel, Guard
from persona_sdk.seeds import derived
from persona_sdk.statistics import Estimate, bootstrap, paired
from persona_sdk.types import Conversation, GenerationOptions, Persona
from recipes.character.people import Judges
from recipes.character.rows import people, queries, strangers

PEOPLE, QUESTIONS = 45, 4
PEOPLE_SEED, DRAFT_SEED = 41, 3

Asked = tuple[Persona, Conversation]


@dataclass(frozen=True, slots=True)
class Drafts:
    """What the guard makes of one model's single drafts, in the order of the questions."""

    delta_apc: tuple[float, ...]
    passed: float
    """Share in [0, 1]."""
    words: float
    """Mean of a draft."""

    @property
    def mean(self) -> Estimate:
        """ΔAPC with its 95% interval over the drafts."""
        return bootstrap(self.delta_apc)


def questions(folder: Path, judges: Judges) -> list[Asked]:
    """Return who is asked what; always the same for the same data.

    Args:
        folder: Holds the public data.
        judges: Keep facts that go against each other out of one character.
    """
    absent = strangers("dev")
    made = people(folder, PEOPLE_SEED, PEOPLE, "dev", judges)
    return [
        (one.persona, asked)
        for number, one in enumerate(made)
        for asked in queries(one, absent, number, QUESTIONS, judges)
    ]


def drafts_of(
    model: ChatModel, guard: Guard, asked: Sequence[Asked], done: Callable[[int], None]
) -> Drafts:
    """Have a model answer everything once, with a seed for each question, and judge it.

    Args:
        model: Answers.
        guard: Judges; repairs nothing.
        asked: What `questions` returned.
        done: Called with 1 behind each draft.
    """
    verdicts, lengths = [], []
    for number, (persona, conversation) in enumerate(asked):
        options = GenerationOptions(
            seed=derived(DRAFT_SEED, number), max_tokens=80, temperature=0.7
        )
        said = PersonaAgent(persona, model, None, mode="off", options=options).reply(conversation)
        verdicts.append(guard.check(persona, conversation, said.text))
        lengths.append(len(said.text.split()))
        done(1)
    return Drafts(
        tuple(verdict.delta_apc for verdict in verdicts),
        sum(verdict.outcome == "pass" for verdict in verdicts) / len(verdicts),
        sum(lengths) / len(lengths),
    )


def difference(before: Drafts, after: Drafts, asked: Sequence[Asked]) -> Estimate:
    """Return how much ΔAPC rises, with its 95% interval; characters are drawn and questions."""
    groups = [persona.name for persona, _ in asked]
    return paired(before.delta_apc, after.delta_apc, groups=groups)
