"""Persona and conversation into messages that fit the model's context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from persona_sdk.errors import ContextOverflow
from persona_sdk.experience import experiences
from persona_sdk.protocols import ChatModel, RelevanceScorer
from persona_sdk.retrieval import WordOverlapRelevance, most_relevant
from persona_sdk.types import Conversation, Persona, Query, Statement, Turn, Violation

Strategy = Literal["name-only", "experience", "long-context", "retrieval"]
"""The prompting baselines of arXiv 2405.07726, section 4."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given, and what had to be left out."""

    messages: tuple[Turn, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptBuilder:
    """Builds prompts whose persona block comes first and is the same bytes on every turn.

    Args:
        strategy: `long-context` lists all statements; `retrieval` the `top_k` most relevant to
            the query; `name-only` none; `experience` shows exchanges instead of statements.
        top_k: Statements that `retrieval` takes; the paper takes 5.
        relevance: Ranks statements for `retrieval`, and where a persona does not fit.
    """

    strategy: Strategy = "long-context"
    top_k: int = 5
    relevance: RelevanceScorer = field(default_factory=WordOverlapRelevance)

    def __post_init__(self) -> None:
        if self.strategy not in get_args(Strategy):
            known = ", ".join(get_args(Strategy))
            raise ValueError(f"strategy must be one of {known}, was: {self.strategy!r}")
        if self.top_k < 1:
            raise ValueError(f"top_k must be at least 1, was: {self.top_k}")

    def build(
        self, persona: Persona, conversation: Conversation, model: ChatModel, *, reserve: int
    ) -> Prompt:
        """Return messages that leave `reserve` tokens for the completion.

        The oldest turns leave first. A persona that does not fit beside the last user turn is cut
        to the statements most relevant to it. Both are said in the notes.

        Raises:
            ContextOverflow: Not even the last user turn fits, or the completion takes all.
        """
        room = model.context_size - reserve
        if room <= 0:
            raise ContextOverflow(
                f"{reserve} tokens are kept for the completion, the context of {model.name!r} "
                f"holds {model.context_size}: ask for fewer tokens or give it a larger context"
            )
        block, cut = self._block_that_fits(persona, conversation, model, room)
        head, few = self._head(persona, block, conversation, model, room)
        turns = _from_first_user_turn(conversation.turns)
        starts = [i for i, turn in enumerate(turns) if turn.role == "user"]
        kept = _largest(
            len(starts), lambda n: model.count_tokens([*head, *turns[starts[-n] :]]) <= room
        )
        # The head was measured with the last user turn, so that turn always stays.
        first = starts[-max(kept, 1)] if starts else 0
        return Prompt((*head, *turns[first:]), (*cut, *few, *_left_out(first)))

    def _block_that_fits(
        self, persona: Persona, conversation: Conversation, model: ChatModel, room: int
    ) -> tuple[str, tuple[str, ...]]:
        query = Turn("user", conversation.query)

        def fits(block: str) -> bool:
            return model.count_tokens([Turn("system", block), query]) <= room

        block = persona_block(persona, self._statements(persona, conversation))
        if fits(block):
            return block, ()
        asked = Query(persona.name, conversation.query, conversation.before_query)
        ranked = most_relevant(persona, asked, len(persona.statements), self.relevance)
        kept = _largest(len(ranked), lambda n: fits(persona_block(persona, ranked[:n])))
        block = persona_block(persona, ranked[:kept])
        if not kept and not fits(block):
            needed = model.count_tokens([Turn("system", block), query])
            raise ContextOverflow(
                f"the last user turn needs {needed} tokens with {persona.name}'s name alone, "
                f"{room} are free: shorten it or give the model a larger context"
            )
        note = (
            f"{persona.name} does not fit the context: using the {kept} of "
            f"{len(ranked)} statements most relevant to the last turn"
        )
        return block, (note,)

    def _statements(self, persona: Persona, conversation: Conversation) -> Sequence[Statement]:
        if self.strategy in ("name-only", "experience"):
            return ()
        if self.strategy == "retrieval":
            asked = Query(persona.name, conversation.query, conversation.before_query)
            return most_relevant(persona, asked, self.top_k, self.relevance)
        return persona.statements

    def _head(
        self,
        persona: Persona,
        block: str,
        conversation: Conversation,
        model: ChatModel,
        room: int,
    ) -> tuple[list[Turn], tuple[str, ...]]:
        """Return the turns before the conversation, and a note if experiences had to go."""
        system = Turn("system", block)
        if self.strategy != "experience":
            return [system], ()
        lived = [
            (Turn("user", e.user), Turn("assistant", e.character)) for e in experiences(persona)
        ]
        query = Turn("user", conversation.query)

        def head(n: int) -> list[Turn]:
            return [system, *(turn for pair in lived[:n] for turn in pair)]

        kept = _largest(len(lived), lambda n: model.count_tokens([*head(n), query]) <= room)
        note = f"the context holds {kept} of {persona.name}'s {len(lived)} experiences"
        return head(kept), () if kept == len(lived) else (note,)


def persona_block(persona: Persona, statements: Sequence[Statement]) -> str:
    """Return the system text: the same persona and statements give the same bytes."""
    parts = [f"You are {persona.name}."]
    if statements:
        facts = "\n".join(f"- {s.text}" for s in statements)
        parts.append(f"What is true about {persona.name}:\n{facts}")
    if persona.scenario:
        parts.append(f"Scene: {persona.scenario}")
    if persona.voice:
        parts.append(f"How {persona.name} talks: {'; '.join(persona.voice)}")
    if persona.greeting:
        parts.append(f'{persona.name} opened with: "{persona.greeting}"')
    parts.append(INSTRUCTION.format(name=persona.name))
    return "\n\n".join(parts)


def with_hint(messages: Sequence[Turn], violations: Sequence[Violation]) -> tuple[Turn, ...]:
    """Append the violated statements to the last user turn: the persona block stays untouched."""
    facts = list(dict.fromkeys(v.statement.text for v in violations))
    if not facts:
        return tuple(messages)
    hint = f"\n\n{HINT_OPENING} true and do not go against it: {' '.join(facts)})"
    last = max(i for i, turn in enumerate(messages) if turn.role == "user")
    hinted = Turn("user", messages[last].content + hint)
    return (*messages[:last], hinted, *messages[last + 1 :])


def continuing(messages: Sequence[Turn], text: str) -> tuple[Turn, ...]:
    """Ask the model to go on from `text`, the beginning of its turn."""
    return (*messages, Turn("assistant", text)) if text else tuple(messages)


def _from_first_user_turn(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Drop leading assistant turns: templates want a user first; the block has the greeting."""
    first = next((i for i, turn in enumerate(turns) if turn.role == "user"), len(turns))
    return tuple(turns[first:])


def _left_out(turns: int) -> tuple[str, ...]:
    if not turns:
        return ()
    return (f"the context is full: the {turns} oldest turns are no longer seen",)


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest n in [0, most] for which `fits(n)`, which holds up to some n only."""
    if most and fits(most):
        return most
    low, high = 0, most
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


INSTRUCTION = (
    "Stay {name} at all times and speak in the first person, never as an AI or an assistant. "
    "Answer in one to three short sentences. Say nothing that goes against the facts above."
)
HINT_OPENING = "(Remember what is"
