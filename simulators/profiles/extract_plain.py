"""Extracts a profile as people do without this package: a prompt, prose back, nothing checked.

It stands here to be compared with (`python -m benchmarks extraction`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from persona_sdk.errors import ContextOverflow
from persona_sdk.protocols import ChatModel
from persona_sdk.sentences import split_segments
from persona_sdk.types import GenerationOptions, Turn
from simulators.profiles.extract_llm import TURN_CHARACTERS
from simulators.profiles.extraction import Extraction, Found, Surface, merged
from simulators.profiles.log_values import LoggedConversation
from simulators.profiles.persons import about_you


@dataclass(frozen=True, slots=True)
class PlainExtractor:
    """Shows a model all user turns and takes every sentence of its answer for a fact.

    Args:
        model: Any chat model.
        surface: Reads goals, style and traits, as for the other extractors.
    """

    model: ChatModel
    surface: Surface = field(default_factory=Surface)

    @property
    def name(self) -> str:
        return f"plain {self.model.name}"

    def extract(self, conversation: LoggedConversation) -> Extraction:
        answer = self._ask([turn[:TURN_CHARACTERS] for turn in conversation.said])
        facts, _ = merged([Found(text, ()) for text in read_sentences(answer)])
        return Extraction(self.surface.profile(conversation, facts, self.name))

    def _ask(self, said: list[str]) -> str:
        turns = "\n".join(f"[User]: {text}" for text in said)
        messages = (Turn("system", SYSTEM), Turn("user", f"{ASK}\n\n{turns}"))
        options = GenerationOptions(max_tokens=400, temperature=0.0, seed=0)
        try:
            return self.model.generate(messages, options=options)[0].text
        except ContextOverflow:
            if len(said) == 1:
                raise
            half = len(said) // 2
            return f"{self._ask(said[:half])}\n{self._ask(said[half:])}"


def read_sentences(answer: str) -> list[str]:
    r"""Return the sentences of an answer in the second person, marks of lists taken off.

    Example:
        >>> read_sentences("Profile:\n- The user is a nurse. She has a dog.")
        ['You are a nurse.', 'You have a dog.']
    """
    lines = [_MARK.sub("", line).strip() for line in answer.splitlines()]
    pieces = [segment.text for line in lines for segment in split_segments(line)]
    kept = (p for p in pieces if re.search(r"\w{2}", p) and not p.endswith(":"))
    return [about_you(piece).rstrip(".") + "." for piece in kept]


_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])?\s*\**")

SYSTEM = "You are an expert in describing people from what they say in a chat."
ASK = (
    "Read the turns of the user below and write a full profile of the user in the second person, "
    "with all facts that they tell: age, job, home, family, pets, habits, likes, plans."
)
