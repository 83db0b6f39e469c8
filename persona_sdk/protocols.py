"""The seams of the house: Protocols of a few methods.

Scorers take lists, so batching is in the contract.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

from persona_sdk.types import (
    Completion,
    Conversation,
    Entailment,
    Episode,
    GenerationOptions,
    Persona,
    Query,
    Score,
    Statement,
    Turn,
    Verdict,
)


class ChatModel(Protocol):
    """Writes the next assistant turn. One object may be called from many threads.

    If the last message is an assistant turn, the model continues that text and returns only
    what it adds. A leading system message is the persona block: engines that can, compute its
    state once and reuse it.
    """

    @property
    def name(self) -> str:
        """What the model is called in transcripts and reports, e.g. `builtin`."""

    @property
    def context_size(self) -> int:
        """Tokens that prompt and completion share."""

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        """Length in tokens of the prompt that the chat template makes of `messages`."""

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        """Return `options.n` candidates.

        Raises:
            ModelError: The engine failed; nothing was generated.
            ContextOverflow: The prompt leaves no room for a completion.
        """

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        """Yield one candidate in pieces as they are decoded; `options.n` must be 1.

        A piece holds at most one token's text. Closing the generator stops the decoding. Raises
        as `generate` does.
        """


class RelevanceScorer(Protocol):
    """Which statements does a query make active?"""

    @property
    def name(self) -> str:
        """Identifies the scorer in caches and verdicts."""

    def relevance(self, query: Query, statements: Sequence[Statement]) -> list[float]:
        """Return a probability in [0, 1] for each statement, in order.

        Raises:
            ScorerError: The scorer could not judge.
        """


class EntailmentScorer(Protocol):
    """Which statements does a response express, and which does it contradict?"""

    @property
    def name(self) -> str:
        """Identifies the scorer in caches and verdicts."""

    def entailment(
        self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
    ) -> list[Entailment]:
        """Judge `responses[i]` against `statements[i]`: the two lists are equally long.

        Raises:
            ScorerError: The scorer could not judge.
        """


class Guard(Protocol):
    """Is this draft faithful to the persona?"""

    def check(self, persona: Persona, conversation: Conversation, draft: str) -> Verdict:
        """Judge `draft` as the reply to the last user turn of `conversation`.

        What cannot be judged is `unscored`, with the reason; the guard never raises for it.
        """


class UserSimulator(Protocol):
    """Plays the user."""

    def next_turn(self, conversation: Conversation) -> Turn | None:
        """Return the next user turn, or None when the user leaves."""


class Judge(Protocol):
    """Grades a whole episode."""

    def judge(self, episode: Episode) -> Score:
        """Return a score, or a score without a value and the reason."""
