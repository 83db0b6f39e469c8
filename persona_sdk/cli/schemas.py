"""What the rows of `score` and `eval` and a `--history` must hold, as docs/cli.md tables them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from persona_sdk.types import Conversation, Persona, Turn, as_statements


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
"""A text with at least one character that is not a space."""


class _Row(BaseModel):
    """Fields of other names are let through."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class HistoryTurn(_Row):
    """One turn before the query."""

    role: Literal["user", "assistant", "system"]
    content: str

    def as_turn(self) -> Turn:
        """Return the turn as the guard reads it."""
        return Turn(self.role, self.content)


class ScoreRow(_Row):
    """A reply to check against the statements of a character."""

    character: Text
    statements: list[Text] = Field(min_length=1)
    query: str
    response: str
    history: list[HistoryTurn] = []

    def persona(self) -> Persona:
        """Return the character; its statements are numbered `s1`, `s2` and on."""
        return Persona(self.character, as_statements(self.statements))

    def conversation(self) -> Conversation:
        """Return the history and the query as turns."""
        turns = tuple(turn.as_turn() for turn in self.history)
        return Conversation(turns).add("user", self.query)


class UnlabelledNliRow(_Row):
    """A premise, what is said, and a hypothesis, which it may contradict or entail."""

    premise: Text
    hypothesis: Text
    label: Literal["e", "n", "c", "nc", "ne"] | None = None


class NliRow(UnlabelledNliRow):
    """A pair of which the label is known: `nc` is not contradicted, `ne` not entailed."""

    label: Literal["e", "n", "c", "nc", "ne"]


class UnlabelledRelevanceRow(_Row):
    """A statement about a character, and a query that may make it active."""

    character: Text
    statement: Text
    query: Text
    label: Literal[0, 1] | None = None


class RelevanceRow(UnlabelledRelevanceRow):
    """A pair of which the relevance is known: 1 is relevant."""

    label: Literal[0, 1]
